package org.sumu.demo.record

/** How a card is answered. */
enum class Kind { TEXT, WHOLE, DECIMAL, DATE, TIME, MOMENT, ONE, SEVERAL, ACKNOWLEDGE, POSITION, PHOTO, NOTE, COMPUTED, HEADING, INSTANCE, ADD }

/** What somebody answered, when and by whom; [shown] is the one that is shown, [score] what the record would score with it. */
data class Said(val value: String, val by: String, val at: Long, val shown: Boolean, val label: String = value, val score: String? = null)

/** Answers that exclude each other: of the whole question, or of one [choice] of it. */
data class Contest(val key: String, val choice: String?, val rivals: List<Said>)

/** One choice of a list. */
data class Choice(val name: String, val label: String)

/** One row of a record as the screen draws it; the core made it. [id] is what an answer to it names. */
data class Card(
    val id: String,
    val key: String?,
    val label: String,
    val kind: Kind,
    val hint: String? = null,
    val value: String = "",
    val said: Said? = null,
    val contests: List<Contest> = emptyList(),
    val choices: List<Choice> = emptyList(),
    val problem: String? = null,
    val missing: String? = null,
    val required: Boolean = false,
    val readOnly: Boolean = false,
    val looks: List<String> = emptyList(),
    val place: Int = 0,
) {
    val rivals: List<Said> get() = contests.firstOrNull()?.rivals.orEmpty()

    /** Whether it is a button with the answer on it, and a dialog behind it. */
    val isPicked: Boolean get() = when (kind) {
        Kind.DATE, Kind.TIME, Kind.MOMENT -> true
        Kind.ONE -> "minimal" in looks || choices.size > FEW
        else -> false
    }

    /** What must be the same for a drawn card to be kept while its words change. */
    val shape: List<Any?> get() = listOf(id, kind, contests, choices, readOnly, place, hint, if (isPicked || readOnly) value else null)

    private companion object {
        /** More choices than this stand in a dialog. */
        const val FEW = 8
    }
}

/** One page of a form, and how far it is filled in. */
data class Page(val number: Int, val label: String, val questions: Int, val answered: Int, val missing: Int, val wrong: Int, val disputed: Int)

/** What one criterion earned. */
data class Mark(val label: String, val score: String?, val full: String?)

/** What a record scores; [grade] is its name for people. */
data class Score(val score: String?, val full: String?, val veto: Boolean, val grade: String?, val marks: List<Mark>)

/** A signature under a record. */
data class Signed(val by: String, val at: Long, val current: Boolean)

/** A record as a screen draws it: the cards of one page, and what stands around them. A record without a form has no pages. */
data class Sheet(
    val cards: List<Card>,
    val heads: List<String>,
    val unsent: Int,
    val signed: List<Signed> = emptyList(),
    val sentBack: String? = null,
    val approved: Boolean = false,
    val voided: String? = null,
    val pages: List<Page> = emptyList(),
    val page: Int = 0,
    val score: Score? = null,
    val overworked: Boolean = false,
) {
    /** Whether it shows plain keys. */
    val plain: Boolean get() = pages.isEmpty()

    /** Whether this is the page behind the last card. */
    val isLast: Boolean get() = page >= pages.size

    companion object {
        /** The number of the page behind the last card. */
        const val ENDING = Int.MAX_VALUE
    }
}
