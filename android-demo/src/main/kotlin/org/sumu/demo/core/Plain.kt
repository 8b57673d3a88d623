package org.sumu.demo.core

import org.sumu.core.AnswerRow
import org.sumu.core.RecordView
import org.sumu.core.Stated
import org.sumu.core.Value
import org.sumu.demo.record.Card
import org.sumu.demo.record.Contest
import org.sumu.demo.record.Kind
import org.sumu.demo.record.Said
import org.sumu.demo.record.Sheet
import org.sumu.demo.record.Signed

/** Draws a record without a form: a card for each answer, named by its key. */
fun sheetOf(record: RecordView): Sheet = around(record).copy(cards = (record.answers + record.disputes).map(::cardOf))

/** Draws what stands around the cards of a record. */
internal fun around(record: RecordView) = Sheet(
    cards = emptyList(),
    heads = record.heads,
    unsent = record.unsent.toInt(),
    signed = record.signOffs.map { Signed(it.by, it.atMs, it.current) },
    sentBack = record.review?.takeIf { it.sentBack }?.reason,
    approved = record.review?.sentBack == false,
    voided = record.voided?.text,
)

private fun cardOf(row: AnswerRow) = Card(
    id = row.key,
    key = row.key,
    label = row.key,
    kind = Kind.TEXT,
    value = words(row.shown),
    said = said(row.shown, true),
    contests = if (row.dispute.isEmpty()) emptyList() else listOf(Contest(row.key, null, row.dispute.mapIndexed { place, one -> said(one, place == 0) })),
)

internal fun said(one: Stated, shown: Boolean) = Said(words(one), one.by, one.atMs, shown)

private fun words(one: Stated): String = if (one.value is Value.Null) "" else one.text
