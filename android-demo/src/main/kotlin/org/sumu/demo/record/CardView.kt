package org.sumu.demo.record

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
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text

/** What a card's view asks of its screen. */
interface CardActs {
    /** The person is writing; the value is saved after a pause. */
    fun writing(id: String, value: String)

    /** The person left the field; what was written is saved now. */
    fun left()

    /** The person chose; the value is saved now. */
    fun wrote(id: String, value: String)

    fun add(card: Card)
    fun remove(card: Card)
    fun settle(card: Card, contest: Contest)
    fun history(card: Card)
    fun position(card: Card)
    fun time(at: Long): String
}

/** Draws one row of a record: label, hint, field, and below it what is wrong or who answered. */
class CardView(private val screen: RecordActivity, private val acts: CardActs) {
    /** The view of one card, and what may change in it while the person goes on. */
    inner class Drawn(var card: Card, val view: View, private val label: TextView?, val field: View?, private val below: TextView?) {
        /** Takes a newer state of the same card; a field in which the person writes keeps its words. */
        fun take(fresh: Card) {
            card = fresh
            label?.text = labelOf(fresh)
            if (fresh.kind == Kind.COMPUTED) (field as? TextView)?.text = fresh.value
            if (field is EditText && !field.hasFocus() && field.text.toString() != fresh.value) {
                val watcher = field.tag as? TextWatcher
                field.removeTextChangedListener(watcher)
                field.setText(fresh.value)
                field.addTextChangedListener(watcher)
            }
            tell()
        }

        fun tell() {
            val (words, colour) = belowWords(card)
            below?.text = words
            below?.visibility = if (words.isEmpty()) View.GONE else View.VISIBLE
            below?.setTextColor(screen.getColor(colour))
        }
    }

    fun draw(card: Card): Drawn = when (card.kind) {
        Kind.HEADING -> title(card, 18f)
        Kind.INSTANCE -> instance(card)
        Kind.ADD -> Drawn(card, screen.button("+ " + card.label.ifEmpty { screen.getString(R.string.record_add_do) }) { acts.add(card) }, null, null, null)
        else -> question(card)
    }

    private fun title(card: Card, size: Float): Drawn {
        val label = screen.text(labelOf(card), size, bold = true)
        return Drawn(card, label, label, null, null)
    }

    private fun instance(card: Card): Drawn {
        val label = screen.text(labelOf(card), 17f, bold = true)
        val row = LinearLayout(screen).apply {
            gravity = android.view.Gravity.CENTER_VERTICAL
            addView(label, LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.WRAP_CONTENT, 1f))
            addView(screen.button(screen.getString(R.string.record_remove)) { acts.remove(card) })
        }
        return Drawn(card, row, label, null, null)
    }

    private fun question(card: Card): Drawn {
        val label = screen.text(labelOf(card), 16f, bold = card.kind != Kind.NOTE)
        if (card.required) label.contentDescription = card.label + ", " + screen.getString(R.string.record_required)
        val holder = screen.card(label)
        card.hint?.let { holder.put(screen.small(it), 2) }
        val field = if (card.contests.isEmpty()) field(card) else null
        if (field != null) holder.put(field, 4)
        if (card.kind == Kind.POSITION && !card.readOnly && field != null)
            holder.put(screen.button(screen.getString(R.string.record_here)) { acts.position(card) }, 4)
        if (field is EditText) {
            field.id = View.generateViewId()
            label.labelFor = field.id
        }
        for (contest in card.contests) dispute(holder, card, contest)
        val below = screen.small("")
        holder.put(below, 4)
        if (card.key != null) holder.setOnLongClickListener { acts.history(card); true }
        return Drawn(card, holder, label, field, below).also { it.tell() }
    }

    private fun labelOf(card: Card) = when {
        card.kind == Kind.INSTANCE -> (card.label + " " + card.place).trim()
        card.required && card.kind != Kind.PHOTO -> card.label + " *"
        else -> card.label
    }

    /** What stands below a field, and its colour: what is wrong with it, that it is missing, or who answered. */
    private fun belowWords(card: Card): Pair<String, Int> {
        card.problem?.let { return it.ifEmpty { screen.getString(R.string.record_not_allowed) } to R.color.bad }
        card.missing?.let { return it.ifEmpty { screen.getString(R.string.record_required) } to R.color.wait }
        val said = card.said?.takeIf { card.contests.isEmpty() } ?: return "" to R.color.ink_soft
        return screen.getString(R.string.record_by, said.by, acts.time(said.at)) to R.color.ink_soft
    }

    private fun dispute(holder: LinearLayout, card: Card, contest: Contest) {
        val title = screen.getString(R.string.dispute_title)
        holder.put(screen.text(if (contest.choice == null) title else title + ": " + contest.choice, 16f, R.color.bad, bold = true))
        for (said in contest.rivals) {
            val words = screen.read(said)
            holder.put(screen.text(if (said.shown) words + "  (" + screen.getString(R.string.dispute_shown) + ")" else words), 4)
            val by = screen.getString(R.string.record_by, said.by, acts.time(said.at))
            holder.put(screen.small(if (said.score == null) by else by + " · " + screen.getString(R.string.dispute_scores, said.score)), 0)
        }
        holder.put(screen.button(screen.getString(R.string.dispute_settle)) { acts.settle(card, contest) })
    }

    private fun field(card: Card): View? = when {
        card.kind == Kind.NOTE -> null
        card.kind == Kind.PHOTO -> screen.small(screen.getString(R.string.record_photo_later))
        card.kind == Kind.COMPUTED -> screen.text(card.value)
        card.readOnly -> screen.text(chosen(card))
        card.kind == Kind.ONE -> if (card.isPicked) Pick.one(screen, card, chosen(card)) { acts.wrote(card.id, it) } else one(card)
        card.kind == Kind.SEVERAL -> several(card)
        card.kind == Kind.ACKNOWLEDGE -> agreed(card)
        card.isPicked -> Pick.time(screen, card) { acts.wrote(card.id, it) }
        else -> written(card)
    }

    /** The answer as people read it. */
    private fun chosen(card: Card): String {
        if (card.choices.isEmpty()) return card.value
        val picked = card.value.split(' ').filter(String::isNotEmpty)
        return picked.joinToString(", ") { name -> card.choices.firstOrNull { it.name == name }?.label ?: name }
    }

    private fun written(card: Card) = EditText(screen).apply {
        // The screen keeps what was typed; the framework would put it into whatever field gets the same number.
        isSaveEnabled = false
        setText(card.value)
        minimumHeight = context.dp(48)
        inputType = when (card.kind) {
            Kind.WHOLE -> InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_FLAG_SIGNED
            Kind.DECIMAL -> InputType.TYPE_CLASS_NUMBER or InputType.TYPE_NUMBER_FLAG_SIGNED or InputType.TYPE_NUMBER_FLAG_DECIMAL
            else -> InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_SENTENCES or
                if ("multiline" in card.looks) InputType.TYPE_TEXT_FLAG_MULTI_LINE else 0
        }
        val watcher = object : TextWatcher {
            override fun beforeTextChanged(words: CharSequence?, start: Int, count: Int, after: Int) = Unit
            override fun onTextChanged(words: CharSequence?, start: Int, before: Int, count: Int) = Unit
            override fun afterTextChanged(words: Editable?) = acts.writing(card.id, words.toString())
        }
        tag = watcher
        addTextChangedListener(watcher)
        setOnFocusChangeListener { _, has -> if (!has) acts.left() }
    }

    private fun one(card: Card) = RadioGroup(screen).apply {
        for (choice in card.choices) addView(RadioButton(context).apply {
            text = choice.label
            textSize = 16f
            id = View.generateViewId()
            minHeight = context.dp(48)
            isSaveEnabled = false
            isChecked = choice.name == card.value
            var was = isChecked
            // The chosen one, pressed again, is cleared.
            setOnClickListener {
                val again = was
                if (again) clearCheck()
                acts.wrote(card.id, if (again) "" else choice.name)
            }
            setOnCheckedChangeListener { _, now -> if (!now) was = false else post { was = isChecked } }
        })
    }

    private fun several(card: Card) = screen.column(gap = 0).apply {
        val picked = LinkedHashSet(card.value.split(' ').filter(String::isNotEmpty))
        for (choice in card.choices) addView(box(choice.label, choice.name in picked) { now ->
            if (now) picked += choice.name else picked -= choice.name
            acts.wrote(card.id, card.choices.map(Choice::name).filter(picked::contains).joinToString(" "))
        })
    }

    private fun agreed(card: Card) = box(screen.getString(R.string.record_agreed), card.value.isNotEmpty()) { acts.wrote(card.id, if (it) "OK" else "") }

    private fun box(label: String, picked: Boolean, act: (Boolean) -> Unit) = CheckBox(screen).apply {
        text = label
        textSize = 16f
        minHeight = context.dp(48)
        isSaveEnabled = false
        isChecked = picked
        setOnClickListener { act(isChecked) }
    }
}
