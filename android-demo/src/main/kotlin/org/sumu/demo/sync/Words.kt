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

/** Says why a change is not taken; the words of faults that nobody at a phone can mend are shown as they are. */
fun Screen.reason(word: String): String = when (word) {
    "round_closed" -> getString(R.string.reason_round_closed)
    "no_right" -> getString(R.string.reason_no_right)
    "device_revoked" -> getString(R.string.reason_device_revoked)
    "unknown_place" -> getString(R.string.reason_unknown_place)
    "depends_on_parked", "depends_on_refused" -> getString(R.string.reason_depends)
    "document_too_large", "too_many_changes", "too_many_actors" -> getString(R.string.reason_too_large)
    "refused_by_person" -> getString(R.string.reason_refused_by_person)
    else -> word
}

/** Says how a sync goes on. */
fun Screen.told(step: Step): String = when (step) {
    is Step.Going -> if (step.left > 0) getString(R.string.sync_sending, step.left, bytes(this, step.up)) else getString(R.string.sync_receiving, step.records, bytes(this, step.down))
    is Step.Again -> getString(R.string.sync_retry, (step.wait + 999) / 1000)
    is Step.Done -> getString(R.string.sync_done, step.up, step.down, bytes(this, step.bytes))
}
