package org.sumu.demo.record

/** How a card is answered. */
enum class Kind { TEXT, WHOLE, DECIMAL, DATE, TIME, MOMENT, ONE, SEVERAL, YES_NO, POSITION, PHOTO, NOTE, COMPUTED, GROUP, REPEAT }

/** What somebody answered, when and by whom; [shown] is the one that is shown. */
data class Said(val value: String, val by: String, val at: Long, val shown: Boolean)

/** One choice of a list. */
data class Choice(val name: String, val label: String)

/** One question of a record as the screen draws it; the core made it. */
data class Card(
    val key: String,
    val label: String,
    val kind: Kind,
    val hint: String? = null,
    val value: String = "",
    val said: Said? = null,
    val rivals: List<Said> = emptyList(),
    val choices: List<Choice> = emptyList(),
    val problem: String? = null,
    val required: Boolean = false,
)

/** A signature under a record. */
data class Signed(val by: String, val at: Long, val current: Boolean)

/** A record as a screen draws it: its cards, and what stands under them. */
data class Sheet(
    val cards: List<Card>,
    val heads: List<String>,
    val unsent: Int,
    val signed: List<Signed> = emptyList(),
    val sentBack: String? = null,
    val approved: Boolean = false,
    val voided: String? = null,
    val score: Pair<String, String>? = null,
    val plain: Boolean = true,
)
