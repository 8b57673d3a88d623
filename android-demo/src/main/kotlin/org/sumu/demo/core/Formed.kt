package org.sumu.demo.core

import org.sumu.core.CardRow
import org.sumu.core.Dispute
import org.sumu.core.Filling
import org.sumu.core.FormRow
import org.sumu.core.RowKind
import org.sumu.core.ScoreView
import org.sumu.demo.record.Card
import org.sumu.demo.record.Choice
import org.sumu.demo.record.Contest
import org.sumu.demo.record.Kind
import org.sumu.demo.record.Mark
import org.sumu.demo.record.Page
import org.sumu.demo.record.Score
import org.sumu.demo.record.Sheet
import java.math.BigDecimal

/** Draws the page of a form that has a number, or the next one that is shown; behind the last one stands a page without cards. */
internal fun sheetOf(filling: Filling, number: Int): Sheet {
    val pages = filling.cards().map(::pageOf)
    val page = pages.indexOfFirst { it.number >= number }.takeIf { it >= 0 } ?: pages.size
    val rows = pages.getOrNull(page)?.let { filling.rows(it.number.toUInt(), 0u, ROWS) }.orEmpty()
    return around(filling.record()).copy(cards = rows.map(::cardOf), pages = pages, page = page,
        score = scoreOf(filling.score()), overworked = filling.overworked())
}

/** How many rows of one card are drawn at most. */
private const val ROWS = 200u

private fun pageOf(card: CardRow) = Page(card.number.toInt(), card.label, card.questions.toInt(), card.answered.toInt(),
    card.missing.toInt(), card.wrong.toInt(), card.disputed.toInt())

private fun cardOf(row: FormRow): Card {
    val steps = (row.kind as? RowKind.Range)?.let(::steps).orEmpty()
    return Card(
        id = row.path,
        key = row.key,
        label = row.label,
        kind = if (steps.isEmpty()) kindOf(row.kind) else Kind.ONE,
        hint = listOfNotNull(row.hint, row.guidance, range(row.kind)).joinToString("\n").ifEmpty { null },
        value = row.value,
        said = row.said?.let { said(it, true) },
        contests = row.disputes.map(::contestOf),
        choices = steps.ifEmpty { row.choices.map { Choice(it.name, it.label) } },
        problem = row.message?.takeIf { !row.valid },
        missing = row.message?.takeIf { row.missing },
        required = row.required,
        readOnly = row.readOnly,
        looks = row.appearance,
        place = (row.kind as? RowKind.Instance)?.place?.toInt() ?: 0,
    )
}

private fun contestOf(dispute: Dispute) = Contest(dispute.key, dispute.choice,
    dispute.rivals.mapIndexed { place, rival -> said(rival.stated, place == 0).copy(label = rival.label, score = rival.score?.let(::number)) })

private fun kindOf(kind: RowKind): Kind = when (kind) {
    is RowKind.Heading -> Kind.HEADING
    is RowKind.Instance -> Kind.INSTANCE
    is RowKind.Add -> Kind.ADD
    is RowKind.Note -> Kind.NOTE
    is RowKind.Computed -> Kind.COMPUTED
    is RowKind.Text -> Kind.TEXT
    is RowKind.Whole -> Kind.WHOLE
    is RowKind.Decimal -> Kind.DECIMAL
    is RowKind.Range -> if (kind.whole) Kind.WHOLE else Kind.DECIMAL
    is RowKind.One -> Kind.ONE
    is RowKind.Several -> Kind.SEVERAL
    is RowKind.Date -> Kind.DATE
    is RowKind.Time -> Kind.TIME
    is RowKind.Moment -> Kind.MOMENT
    is RowKind.Acknowledge -> Kind.ACKNOWLEDGE
    is RowKind.Position -> Kind.POSITION
    is RowKind.File -> Kind.PHOTO
}

/** The most numbers of a range that are offered one by one. */
private const val STEPS = 200

/** The numbers of a range, so that none outside of it can be given; none if there are too many, and one is written. */
private fun steps(range: RowKind.Range): List<Choice> {
    val (start, end, step) = listOf(range.start, range.end, range.step).map { it.toBigDecimalOrNull() ?: return emptyList() }
    if (step.signum() <= 0) return emptyList()
    val numbers = generateSequence(start) { it + step }.takeWhile { it <= end }.take(STEPS + 1).map { it.stripTrailingZeros().toPlainString() }.toList()
    return if (numbers.size > STEPS) emptyList() else numbers.map { Choice(it, it) }
}

private fun range(kind: RowKind): String? = (kind as? RowKind.Range)?.let { "${it.start}–${it.end}" }

private fun scoreOf(score: ScoreView): Score? = if (score.score == null && score.criteria.isEmpty()) null else Score(
    score.score?.let(::number), score.full?.let(::number), score.veto, score.gradeLabel ?: score.grade,
    score.criteria.map { Mark(it.label, it.score?.let(::number), it.full?.let(::number)) })

/** Writes a number without a useless point. */
private fun number(of: Double): String = BigDecimal.valueOf(of).stripTrailingZeros().toPlainString()
