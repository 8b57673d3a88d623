package org.sumu.demo.screen

import android.app.AlertDialog
import android.content.Context
import android.content.res.ColorStateList
import android.graphics.Typeface
import android.graphics.drawable.GradientDrawable
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.WindowManager
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView
import org.sumu.demo.R

/** Turns density-independent pixels into the screen's. */
fun Context.dp(n: Int): Int = (n * resources.displayMetrics.density + 0.5f).toInt()

/** Makes a column of views, [gap] dp apart. */
fun Context.column(vararg views: View, gap: Int = 8): LinearLayout = LinearLayout(this).apply {
    orientation = LinearLayout.VERTICAL
    for (view in views) put(view, gap)
}

/** Adds a view of full width below the others. */
fun LinearLayout.put(view: View, gap: Int = 8) {
    addView(view, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { if (childCount > 0) topMargin = context.dp(gap) })
}

/** Makes a line of text; [colour] is a colour of the app. */
fun Context.text(words: CharSequence, size: Float = 16f, colour: Int = R.color.ink, bold: Boolean = false): TextView = TextView(this).apply {
    text = words
    textSize = size
    setTextColor(getColor(colour))
    if (bold) typeface = Typeface.DEFAULT_BOLD
}

/** Makes a line of less weight. */
fun Context.small(words: CharSequence, colour: Int = R.color.ink_soft): TextView = text(words, 14f, colour)

/** Makes a card around a column. */
fun Context.card(vararg views: View, colour: Int = R.color.card): LinearLayout = column(*views, gap = 6).apply {
    setPadding(dp(16), dp(14), dp(16), dp(14))
    background = GradientDrawable().apply {
        setColor(getColor(colour))
        cornerRadius = dp(10).toFloat()
        setStroke(dp(1), getColor(R.color.line))
    }
}

/** Shows a dialog, which is a window of its own: it stays out of screenshots like its screen. */
fun AlertDialog.Builder.ask(): AlertDialog = create().apply {
    window?.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
    show()
}

/** Makes a button at least 48 dp high; a [strong] one is the screen's main act. */
fun Context.button(words: CharSequence, strong: Boolean = false, act: () -> Unit): Button = Button(this).apply {
    text = words
    isAllCaps = false
    textSize = 16f
    minHeight = dp(if (strong) 56 else 48)
    stateListAnimator = null
    setPadding(dp(16), dp(8), dp(16), dp(8))
    gravity = Gravity.CENTER
    val ink = getColor(if (strong) R.color.on_brand else R.color.brand)
    setTextColor(ColorStateList(arrayOf(intArrayOf(-android.R.attr.state_enabled), intArrayOf()), intArrayOf(getColor(R.color.ink_soft), ink)))
    background = GradientDrawable().apply {
        cornerRadius = dp(8).toFloat()
        setColor(ColorStateList(arrayOf(intArrayOf(-android.R.attr.state_enabled), intArrayOf()),
            intArrayOf(getColor(R.color.line), getColor(if (strong) R.color.brand else R.color.card))))
        if (!strong) setStroke(dp(1), getColor(R.color.brand))
    }
    setOnClickListener { act() }
}
