package org.sumu.demo.record

import android.app.Activity
import android.app.AlertDialog
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.TextView
import org.sumu.demo.R
import org.sumu.demo.screen.ask
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import org.sumu.demo.sync.clock

/** The questions that an act asks before it is done. */
object Ask {
    /** Asks for a yes. */
    fun yes(screen: Activity, title: Int, words: Int, act: () -> Unit) {
        AlertDialog.Builder(screen).setTitle(title).setMessage(words)
            .setPositiveButton(title) { _, _ -> act() }.setNegativeButton(R.string.cancel, null).ask()
    }

    /** Asks for a reason. */
    fun reason(screen: Activity, title: Int, act: (String) -> Unit) {
        val reason = EditText(screen).apply { hint = screen.getString(R.string.record_reason) }
        dialog(screen, title, screen.column(reason), title) {
            reason.text.toString().trim().takeIf(String::isNotEmpty)?.let { act(it); null } ?: R.string.dispute_reason_missing
        }
    }

    /** Asks for a question's name and its answer, in a record without a form. */
    fun answer(screen: Activity, act: (String, String) -> Unit) {
        val key = EditText(screen).apply { hint = screen.getString(R.string.record_question); setSingleLine() }
        val value = EditText(screen).apply { hint = screen.getString(R.string.record_value); setSingleLine() }
        dialog(screen, R.string.record_add, screen.column(key, value), R.string.record_add_do) {
            val name = key.text.toString().trim()
            if (name.isEmpty()) R.string.record_question else { act(name, value.text.toString().trim()); null }
        }
    }

    /** Asks which value holds, and why: one of the rivals or another one. */
    fun settlement(screen: RecordActivity, card: Card, contest: Contest, act: (String, String) -> Unit) {
        val group = RadioGroup(screen)
        for ((place, said) in contest.rivals.withIndex()) group.addView(RadioButton(screen).apply {
            id = place + 1
            minHeight = screen.dp(48)
            text = screen.read(said) + "\n" + screen.getString(R.string.record_by, said.by, clock(screen, said.at))
        })
        group.addView(RadioButton(screen).apply { id = OTHER; minHeight = screen.dp(48); setText(R.string.dispute_other) })
        val other = EditText(screen).apply { hint = screen.getString(R.string.dispute_other); isEnabled = false }
        group.setOnCheckedChangeListener { _, chosen -> other.isEnabled = chosen == OTHER }
        val reason = EditText(screen).apply { hint = screen.getString(R.string.record_reason) }
        val body = screen.column(screen.text(listOfNotNull(card.label, contest.choice).joinToString(": "), bold = true), screen.small(screen.getString(R.string.dispute_how)), group, other, reason)
        dialog(screen, R.string.dispute_title, body, R.string.dispute_settle) {
            val value = if (group.checkedRadioButtonId == OTHER) other.text.toString().trim() else contest.rivals.getOrNull(group.checkedRadioButtonId - 1)?.value
            val why = reason.text.toString().trim()
            when {
                value.isNullOrEmpty() -> R.string.dispute_choose
                why.isEmpty() -> R.string.dispute_reason_missing
                else -> { act(value, why); null }
            }
        }
    }

    /** Shows a dialog that stays open, with what is wrong, until [act] returns nothing. */
    private fun dialog(screen: Activity, title: Int, body: LinearLayout, yes: Int, act: () -> Int?) {
        val wrong: TextView = screen.small("", R.color.bad)
        body.put(wrong)
        body.setPadding(screen.dp(24), screen.dp(8), screen.dp(24), 0)
        val shown = AlertDialog.Builder(screen).setTitle(title).setView(android.widget.ScrollView(screen).apply { addView(body) })
            .setPositiveButton(yes, null).setNegativeButton(R.string.cancel, null).ask()
        shown.getButton(AlertDialog.BUTTON_POSITIVE).setOnClickListener {
            val problem = act()
            if (problem == null) shown.dismiss() else wrong.setText(problem)
        }
    }

    private const val OTHER = 1000
}
