package org.sumu.demo.record

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.TextView
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.sumu.demo.R
import org.sumu.demo.core.Core
import org.sumu.demo.core.Place
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.button
import org.sumu.demo.screen.card
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import org.sumu.demo.sync.clock
import org.sumu.core.SumuException

/**
 * One record: its cards, its disputes, its signatures. A field is saved when the person leaves it and after a pause.
 *
 * A long form is drawn a page at a time, so that a form of hundreds of questions opens and scrolls at once.
 */
class RecordActivity : Screen(), CardActs {
    lateinit var body: LinearLayout
    lateinit var saved: TextView
    lateinit var score: TextView
    lateinit var sheet: Sheet
    var drawn: List<CardView.Drawn> = emptyList()
        private set
    private var page = 0
    private val waiting = LinkedHashMap<String, String>()
    private var pause: Job? = null
    private var saving: Job? = null

    /** Whether the record is shown. */
    val isDrawn get() = ::sheet.isInitialized

    /** Whether everything that was written is saved. */
    val isSaved get() = waiting.isEmpty() && saving?.isActive != true

    val place by lazy { Place(intent.getStringExtra(SITE).orEmpty(), intent.getStringExtra(ITEM).orEmpty(), intent.getStringExtra(ROUND).orEmpty()) }

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        page = state?.getInt(PAGE) ?: 0
        body = column(gap = 12)
        saved = small("").apply { accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE }
        score = text("", 16f, R.color.brand, bold = true).apply { visibility = View.GONE }
        val foot = column(score, saved, gap = 2).apply { setPadding(dp(16), dp(6), dp(16), dp(8)) }
        show(intent.getStringExtra(NAME).orEmpty(), body, foot,
            marks = arrayOf(mark(android.R.drawable.ic_menu_recent_history, R.string.record_history) { startActivity(HistoryActivity.intent(this, place, null)) }))
        load()
    }

    override fun onPause() {
        super.onPause()
        flush()
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        out.putInt(PAGE, page)
    }

    private fun load() = work { core -> draw(core.sheet(place)) }

    private fun draw(fresh: Sheet) {
        sheet = fresh
        val pages = (fresh.cards.size + CARDS - 1) / CARDS
        page = page.coerceIn(0, maxOf(0, pages - 1))
        body.removeAllViews()
        fresh.voided?.let { body.put(card(text(getString(R.string.voided), 16f, R.color.bad, bold = true), small(it), colour = R.color.bad_card)) }
        fresh.sentBack?.let { body.put(card(text(getString(R.string.sent_back), 16f, R.color.bad, bold = true), small(it), colour = R.color.bad_card)) }
        val view = CardView(this, this)
        drawn = fresh.cards.drop(page * CARDS).take(CARDS).map(view::draw)
        if (fresh.cards.isEmpty()) body.put(text(getString(R.string.record_none)))
        for (one in drawn) body.put(one.view)
        if (pages > 1) body.put(turner(pages))
        if (fresh.plain) body.put(button(getString(R.string.record_add)) { Ask.answer(this) { key, value -> wrote(key, value, anew = true) } })
        for (one in fresh.signed) {
            val words = getString(R.string.record_signed_by, one.by, time(one.at))
            body.put(small(if (one.current) words else words + " · " + getString(R.string.record_signed_changed), if (one.current) R.color.good else R.color.wait))
        }
        if (fresh.heads.isNotEmpty()) body.put(button(getString(R.string.record_sign), strong = true) { sign() })
        if (fresh.heads.isNotEmpty()) body.put(button(getString(if (fresh.voided == null) R.string.record_void else R.string.record_lift)) { void() })
        tell(fresh)
    }

    /** Shows what may change with every answer: score, problems, what waits. */
    private fun tell(fresh: Sheet) {
        fresh.score?.let { (got, of) ->
            score.text = getString(R.string.record_score, got, of)
            score.visibility = View.VISIBLE
        }
        saved.text = listOfNotNull(
            if (fresh.heads.isEmpty()) null else getString(R.string.record_saved),
            if (fresh.unsent > 0) getString(R.string.unsent, fresh.unsent) else null,
        ).joinToString(" · ")
    }

    private fun turner(pages: Int) = LinearLayout(this).apply {
        gravity = android.view.Gravity.CENTER_VERTICAL
        fun turn(words: String, to: Int) = button(words) { flush(); page = to; draw(sheet) }.apply {
            isEnabled = to in 0 until pages
        }
        addView(turn("‹", page - 1).apply { contentDescription = getString(R.string.record_before) })
        addView(text("${page + 1} / $pages").apply { gravity = android.view.Gravity.CENTER }, LinearLayout.LayoutParams(0, LinearLayout.LayoutParams.WRAP_CONTENT, 1f))
        addView(turn("›", page + 1).apply { contentDescription = getString(R.string.record_next) })
    }

    override fun writing(key: String, value: String) {
        waiting[key] = value
        saved.text = getString(R.string.record_saving)
        pause?.cancel()
        pause = scope.launch { delay(PAUSE); flush() }
    }

    override fun wrote(key: String, value: String) = wrote(key, value, anew = false)

    private fun wrote(key: String, value: String, anew: Boolean) {
        waiting[key] = value
        flush(anew)
    }

    /** Saves what waits, in the order in which it was written; the core returns after the commit. */
    private fun flush(anew: Boolean = false) {
        pause?.cancel()
        if (waiting.isEmpty()) return
        val puts = waiting.toMap()
        waiting.clear()
        val before = saving
        // The process's scope: leaving the screen must not cut a save that began.
        saving = app.scope.launch {
            before?.join()
            try {
                val core = app.core()
                core.answer(place, puts)
                val fresh = core.sheet(place)
                if (!isDestroyed) { tell(null as String?); take(fresh, anew) }
            } catch (error: SumuException) {
                for ((key, value) in puts) if (key !in waiting) waiting[key] = value
                if (!isDestroyed) { saved.text = getString(R.string.record_not_saved); tell(error) }
            }
        }
    }

    /** Takes a newer state: redraws if other cards are shown now, else only what stands below the fields. */
    private fun take(fresh: Sheet, anew: Boolean) {
        val same = fresh.cards.map { it.key to it.rivals.size } == sheet.cards.map { it.key to it.rivals.size }
        val computed = fresh.cards.zip(sheet.cards).any { (new, old) -> new.kind == Kind.COMPUTED && new.value != old.value }
        val writes = drawn.any { it.field is EditText && it.field.hasFocus() }
        if (anew || !same || (computed && !writes) || sheet.signed != fresh.signed || sheet.heads.isEmpty()) return redraw(fresh)
        sheet = fresh
        val view = CardView(this, this)
        for (one in drawn) fresh.cards.firstOrNull { it.key == one.card.key }
            ?.let { one.tell(view.belowWords(it), if (it.problem != null) R.color.bad else R.color.ink_soft) }
        tell(fresh)
    }

    /** Draws everything anew and gives the field that had the focus its focus and its cursor back. */
    private fun redraw(fresh: Sheet) {
        val held = drawn.firstOrNull { it.field is EditText && it.field.hasFocus() }
        val cursor = (held?.field as? EditText)?.selectionStart ?: 0
        val words = (held?.field as? EditText)?.text?.toString()
        draw(fresh)
        val again = drawn.firstOrNull { it.card.key == held?.card?.key }?.field as? EditText ?: return
        if (words != null && words != again.text.toString()) again.setText(words)
        again.requestFocus()
        again.setSelection(cursor.coerceIn(0, again.text.length))
    }

    override fun settle(card: Card) = Ask.settlement(this, card) { value, reason -> change { it.settle(place, card.key, value, reason) } }

    override fun history(card: Card) = startActivity(HistoryActivity.intent(this, place, card.key))

    override fun time(at: Long): String = clock(this, at)

    private fun sign() {
        flush()
        Ask.yes(this, R.string.record_sign, R.string.record_sign_ask) { change { it.sign(place, sheet.heads) } }
    }

    private fun void() {
        val lift = sheet.voided != null
        Ask.reason(this, if (lift) R.string.record_lift else R.string.record_void) { reason ->
            change { if (lift) it.lift(place, reason) else it.void(place, reason) }
        }
    }

    /** Does one act on the record after what was written before it, and shows what became of it. */
    private fun change(act: suspend (Core) -> Unit) = work { core ->
        saving?.join()
        tell(null as String?)
        act(core)
        draw(core.sheet(place))
    }

    companion object {
        private const val CARDS = 20
        private const val PAUSE = 800L
        private const val SITE = "site"
        private const val ITEM = "item"
        private const val ROUND = "round"
        private const val NAME = "name"
        private const val PAGE = "page"

        fun intent(context: Context, site: String, item: String, round: String, name: String): Intent =
            Intent(context, RecordActivity::class.java).putExtra(SITE, site).putExtra(ITEM, item).putExtra(ROUND, round).putExtra(NAME, name)
    }
}
