package org.sumu.demo.record

import android.app.DatePickerDialog
import android.app.TimePickerDialog
import android.text.Editable
import android.text.InputType
import android.text.TextWatcher
import android.view.View
import android.widget.CheckBox
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.TextView
import org.sumu.demo.R
import org.sumu.demo.screen.button
import org.sumu.demo.screen.card
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import java.util.Calendar
import java.util.Locale

/** What a card's view asks of its screen. */
interface CardActs {
    /** The person is writing; the value is saved after a pause. */
    fun writing(key: String, value: String)

    /** The person is done with the field; the value is saved now. */
    fun wrote(key: String, value: String)

    fun settle(card: Card)
    fun history(card: Card)
    fun time(at: Long): String
}

/** Draws one card: label, hint, field, and below it what is wrong or who answered. */
class CardView(private val screen: RecordActivity, private val acts: CardActs) {
    /** The view of one card, and what may change in it while the person goes on writing. */
    class Drawn(val card: Card, val view: View, val field: View?, private val below: TextView) {
        /** Shows the problem or the author of a newer state of the same card. */
        fun tell(words: String, colour: Int) {
            below.text = words
            below.visibility = if (words.isEmpty()) View.GONE else View.VISIBLE
            below.setTextColor(below.context.getColor(colour))
        }
    }

    fun draw(card: Card): Drawn {
        val label = screen.text(card.label + if (card.required) " *" else "", if (card.kind == Kind.GROUP) 18f else 16f, bold = true)
        if (card.required) label.contentDescription = card.label + ", " + screen.getString(R.string.record_required)
        val holder = screen.card(label)
        card.hint?.takeIf(String::isNotEmpty)?.let { holder.put(screen.small(it), 2) }
        val field = if (card.rivals.isEmpty()) field(card) else null
        if (field != null) holder.put(field, 4)
        if (field is EditText) {
            field.id = View.generateViewId()
            label.labelFor = field.id
        }
        if (card.rivals.isNotEmpty()) dispute(holder, card)
        val below = screen.small("")
        holder.put(below, 4)
        holder.setOnLongClickListener { acts.history(card); true }
        return Drawn(card, holder, field, below).also { it.tell(belowWords(card), if (card.problem != null) R.color.bad else R.color.ink_soft) }
    }

    /** What stands below a field: what is wrong with it, or who answered. */
    fun belowWords(card: Card): String = card.problem
        ?: card.said?.takeIf { card.rivals.isEmpty() }?.let { screen.getString(R.string.record_by, it.by, acts.time(it.at)) }.orEmpty()

    private fun dispute(holder: LinearLayout, card: Card) {
        holder.put(screen.text(screen.getString(R.string.dispute_title), 16f, R.color.bad, bold = true))
        for (said in card.rivals) {
            val words = (if (said.shown) said.value + "  (" + screen.getString(R.string.dispute_shown) + ")" else said.value)
            holder.put(screen.text(words), 4)
            holder.put(screen.small(screen.getString(R.string.record_by, said.by, acts.time(said.at))), 0)
        }
        holder.put(screen.button(screen.getString(R.string.dispute_settle)) { acts.settle(card) })
    }

    private fun field(card: Card): View? = when (card.kind) {
        Kind.GROUP, Kind.NOTE -> null
        Kind.COMPUTED -> screen.text(card.value)
        Kind.PHOTO -> screen.small(screen.getString(R.string.record_photo_later))
        Kind.ONE -> one(card, card.choices)
        Kind.YES_NO -> one(card, listOf(Choice("true", screen.getString(R.string.record_yes)), Choice("false", screen.getString(R.string.record_no))))
        Kind.SEVERAL -> several(card)
        Kind.DATE, Kind.TIME, Kind.MOMENT -> pick(card)
        Kind.TEXT, Kind.WHOLE, Kind.DECIMAL, Kind.POSITION, Kind.REPEAT -> written(card)
    }

    private fun written(card: Card) = EditText(screen).apply {
        setText(card.value)
        contentDescription = null
        minimumHeight = context.dp(48)
        inputType = when (card.kind) {
            Kind.WHOLE -> InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_FLAG_SIGNED
            Kind.DECIMAL -> InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_FLAG_SIGNED or InputType.TYPE_NUMBER_FLAG_DECIMAL
            else -> InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_SENTENCES
        }
        addTextChangedListener(object : TextWatcher {
            override fun beforeTextChanged(words: CharSequence?, start: Int, count: Int, after: Int) = Unit
            override fun onTextChanged(words: CharSequence?, start: Int, before: Int, count: Int) = Unit
            override fun afterTextChanged(words: Editable?) = acts.writing(card.key, words.toString())
        })
        setOnFocusChangeListener { _, has -> if (!has) acts.wrote(card.key, text.toString()) }
    }

    private fun one(card: Card, choices: List<Choice>) = RadioGroup(screen).apply {
        for (choice in choices) addView(RadioButton(context).apply {
            text = choice.label
            textSize = 16f
            id = View.generateViewId()
            minHeight = context.dp(48)
            isChecked = choice.name == card.value
            setOnClickListener { acts.wrote(card.key, choice.name) }
        })
    }

    private fun several(card: Card) = LinearLayout(screen).apply {
        orientation = LinearLayout.VERTICAL
        val picked = LinkedHashSet(card.value.split(' ').filter(String::isNotEmpty))
        for (choice in card.choices) addView(CheckBox(context).apply {
            text = choice.label
            textSize = 16f
            minHeight = context.dp(48)
            isChecked = choice.name in picked
            setOnClickListener {
                if (isChecked) picked += choice.name else picked -= choice.name
                acts.wrote(card.key, card.choices.map(Choice::name).filter(picked::contains).joinToString(" "))
            }
        })
    }

    private fun pick(card: Card) = screen.button(card.value.ifEmpty {
        screen.getString(if (card.kind == Kind.TIME) R.string.record_pick_time else R.string.record_pick_date)
    }) {
        val now = Calendar.getInstance()
        if (card.kind == Kind.TIME) {
            TimePickerDialog(screen, { _, hour, minute -> acts.wrote(card.key, String.format(Locale.ROOT, "%02d:%02d:00.000", hour, minute)) },
                now.get(Calendar.HOUR_OF_DAY), now.get(Calendar.MINUTE), true).show()
        } else {
            DatePickerDialog(screen, { _, year, month, day -> acts.wrote(card.key, String.format(Locale.ROOT, "%04d-%02d-%02d", year, month + 1, day)) },
                now.get(Calendar.YEAR), now.get(Calendar.MONTH), now.get(Calendar.DAY_OF_MONTH)).show()
        }
    }
}
