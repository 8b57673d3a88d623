package org.sumu.demo.record

import android.view.View
import android.widget.LinearLayout
import org.sumu.demo.R
import org.sumu.demo.screen.button
import org.sumu.demo.screen.card
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text

/** What stands behind the last card: how far each card is, what each criterion earned, the signatures, and the acts on the whole record. */
class Ending(private val screen: RecordActivity) {
    fun draw(sheet: Sheet, body: LinearLayout, go: (Int) -> Unit) {
        for ((place, page) in sheet.pages.withIndex()) body.put(row(place, page, go))
        sheet.score?.let { body.put(marks(it)) }
        if (sheet.plain) body.put(screen.button(screen.getString(R.string.record_add)) { Ask.answer(screen) { key, value -> screen.wrote(key, value, anew = true) } })
        for (one in sheet.signed) {
            val words = screen.getString(R.string.record_signed_by, one.by, screen.time(one.at))
            body.put(screen.small(if (one.current) words else words + " · " + screen.getString(R.string.record_signed_changed), if (one.current) R.color.good else R.color.wait))
        }
        if (sheet.heads.isEmpty()) return
        body.put(screen.button(screen.getString(R.string.record_sign), strong = true) { sign(sheet) })
        body.put(screen.button(screen.getString(if (sheet.voided == null) R.string.record_void else R.string.record_lift)) { void(sheet) })
    }

    private fun row(place: Int, page: Page, go: (Int) -> Unit): View = screen.card(
        screen.text("${place + 1}. ${page.label}"),
        screen.small(words(page), if (page.wrong + page.disputed > 0) R.color.bad else if (page.missing > 0) R.color.wait else R.color.good),
    ).apply {
        if (words(page).isEmpty()) getChildAt(1).visibility = View.GONE
        minimumHeight = screen.dp(56)
        isFocusable = true
        setOnClickListener { go(page.number) }
    }

    private fun words(page: Page): String = listOfNotNull(
        if (page.questions > 0) screen.getString(R.string.page_answered, page.answered, page.questions) else null,
        if (page.missing > 0) screen.getString(R.string.page_missing, page.missing) else null,
        if (page.wrong > 0) screen.getString(R.string.page_wrong, page.wrong) else null,
        if (page.disputed > 0) screen.getString(R.string.disputed, page.disputed) else null,
    ).joinToString(" · ")

    private fun marks(score: Score): View = screen.card(screen.text(screen.score(score), bold = true)).apply {
        for (mark in score.marks) put(LinearLayout(screen).apply {
            addView(screen.small(mark.label), LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.WRAP_CONTENT, 1f))
            addView(screen.small((mark.score ?: "–") + (mark.full?.let { " / $it" } ?: "")).apply { setPadding(screen.dp(12), 0, 0, 0) })
        })
    }

    /** Signs the record as it is shown: what is typed meanwhile makes it another one, and the core says so. */
    private fun sign(sheet: Sheet) =
        Ask.yes(screen, R.string.record_sign, R.string.record_sign_ask) { screen.change { it.sign(screen.place, screen.sheet.heads.ifEmpty { sheet.heads }) } }

    private fun void(sheet: Sheet) {
        val lift = sheet.voided != null
        Ask.reason(screen, if (lift) R.string.record_lift else R.string.record_void) { reason ->
            screen.change { if (lift) it.lift(screen.place, reason) else it.void(screen.place, reason) }
        }
    }
}
