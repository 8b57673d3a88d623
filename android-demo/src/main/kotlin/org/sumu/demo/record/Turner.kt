package org.sumu.demo.record

import android.view.Gravity
import android.view.View
import android.widget.LinearLayout
import org.sumu.demo.R
import org.sumu.demo.screen.button
import org.sumu.demo.screen.dp

/** The row that turns the pages of a form; its middle leads to the page behind the last card. */
class Turner(private val screen: RecordActivity, private val go: (Int) -> Unit) {
    private var sheet: Sheet? = null
    private val before = arrow("‹", R.string.record_before, -1)
    private val next = arrow("›", R.string.record_next, 1)
    private val middle = screen.button("") { go(Sheet.ENDING) }
    val view = LinearLayout(screen).apply {
        gravity = Gravity.CENTER_VERTICAL
        visibility = View.GONE
        addView(before)
        addView(middle, LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.WRAP_CONTENT, 1f).apply { marginStart = screen.dp(8); marginEnd = screen.dp(8) })
        addView(next)
    }

    fun show(fresh: Sheet) {
        sheet = fresh
        view.visibility = if (fresh.plain) View.GONE else View.VISIBLE
        before.isEnabled = fresh.page > 0
        next.isEnabled = !fresh.isLast
        middle.isEnabled = !fresh.isLast
        middle.text = if (fresh.isLast) screen.getString(R.string.page_ending) else screen.getString(R.string.page_of, fresh.page + 1, fresh.pages.size)
    }

    private fun arrow(words: String, told: Int, by: Int) = screen.button(words) { turn(by) }.apply {
        contentDescription = screen.getString(told)
        minWidth = screen.dp(64)
        minimumWidth = screen.dp(64)
    }

    private fun turn(by: Int) {
        val shown = sheet ?: return
        go(shown.pages.getOrNull(shown.page + by)?.number ?: Sheet.ENDING)
    }
}
