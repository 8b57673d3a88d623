package org.sumu.demo.sync

import android.content.Context
import android.text.format.DateFormat
import android.text.format.Formatter
import org.sumu.demo.R
import org.sumu.demo.core.Step
import org.sumu.demo.screen.Screen
import java.util.Date

/** Returns a time of the phone's clock, in milliseconds since 1970, as day and minute in the phone's own form. */
fun clock(context: Context, at: Long): String {
    val then = Date(at)
    return DateFormat.getMediumDateFormat(context).format(then) + " " + DateFormat.getTimeFormat(context).format(then)
}

/** Returns a count of bytes as people read it. */
fun bytes(context: Context, count: Long): String = Formatter.formatShortFileSize(context, count)

/** Says how a sync goes on. */
fun Screen.told(step: Step): String = when (step) {
    is Step.Going -> if (step.left > 0) getString(R.string.sync_sending, step.left, bytes(this, step.up)) else getString(R.string.sync_receiving, step.records, bytes(this, step.down))
    is Step.Again -> getString(R.string.sync_retry, (step.wait + 999) / 1000)
    is Step.Done -> getString(R.string.sync_done, step.up, step.down, bytes(this, step.bytes))
}
