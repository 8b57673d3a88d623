package org.sumu.demo.record

import android.app.Activity
import android.app.AlertDialog
import android.app.DatePickerDialog
import android.app.TimePickerDialog
import android.view.View
import org.sumu.demo.R
import org.sumu.demo.screen.ask
import org.sumu.demo.screen.button
import java.util.Calendar
import java.util.Locale

/** Fields that are a button with the answer on it, and a dialog to choose another one or none. */
object Pick {
    /** Chooses one of many. */
    fun one(screen: Activity, card: Card, shown: String, act: (String) -> Unit): View = screen.button(shown.ifEmpty { screen.getString(R.string.record_choose) }) {
        val labels = card.choices.map(Choice::label).toTypedArray()
        AlertDialog.Builder(screen).setTitle(card.label)
            .setSingleChoiceItems(labels, card.choices.indexOfFirst { it.name == card.value }) { dialog, place -> dialog.dismiss(); act(card.choices[place].name) }
            .setNeutralButton(R.string.record_clear) { _, _ -> act("") }
            .setNegativeButton(R.string.cancel, null).ask()
    }

    /** Chooses a day, a time of day, or both. */
    fun time(screen: Activity, card: Card, act: (String) -> Unit): View {
        val empty = if (card.kind == Kind.TIME) R.string.record_pick_time else R.string.record_pick_date
        val shown = card.value.replace('T', ' ').substringBefore(".000")
        return screen.button(shown.ifEmpty { screen.getString(empty) }) {
            when (card.kind) {
                Kind.DATE -> day(screen, card.value, act)
                Kind.TIME -> clock(screen, card.value, act)
                else -> day(screen, card.value) { day ->
                    if (day.isEmpty()) act(day) else clock(screen, card.value.substringAfter('T')) { act(if (it.isEmpty()) it else day + "T" + it) }
                }
            }
        }
    }

    /** Opens at the answer; without one at today. */
    private fun day(screen: Activity, answer: String, act: (String) -> Unit) {
        val now = Calendar.getInstance()
        val parts = numbers(answer, '-', 3)
        if (parts != null) now.set(parts[0], parts[1] - 1, parts[2])
        DatePickerDialog(screen, { _, year, month, day -> act(String.format(Locale.ROOT, "%04d-%02d-%02d", year, month + 1, day)) },
            now.get(Calendar.YEAR), now.get(Calendar.MONTH), now.get(Calendar.DAY_OF_MONTH)).clearable(screen, act)
    }

    private fun clock(screen: Activity, answer: String, act: (String) -> Unit) {
        val now = Calendar.getInstance()
        val parts = numbers(answer, ':', 2)
        if (parts != null) {
            now.set(Calendar.HOUR_OF_DAY, parts[0])
            now.set(Calendar.MINUTE, parts[1])
        }
        TimePickerDialog(screen, { _, hour, minute -> act(String.format(Locale.ROOT, "%02d:%02d:00.000", hour, minute)) },
            now.get(Calendar.HOUR_OF_DAY), now.get(Calendar.MINUTE), true).clearable(screen, act)
    }

    private fun numbers(answer: String, between: Char, count: Int): List<Int>? =
        answer.substringBefore('T').split(between).take(count).mapNotNull(String::toIntOrNull).takeIf { it.size == count }

    private fun AlertDialog.clearable(screen: Activity, act: (String) -> Unit) {
        setButton(AlertDialog.BUTTON_NEUTRAL, screen.getString(R.string.record_clear)) { _, _ -> act("") }
        window?.addFlags(android.view.WindowManager.LayoutParams.FLAG_SECURE)
        show()
    }
}
