package org.sumu.demo.record

import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Bundle
import android.view.View
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.TextView
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.sumu.core.SumuException
import org.sumu.demo.R
import org.sumu.demo.core.Core
import org.sumu.demo.core.Draft
import org.sumu.demo.core.Draft.Unsaved
import org.sumu.demo.core.Place
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.card
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import org.sumu.demo.settings.Language
import org.sumu.demo.sync.clock

/**
 * One record: its cards page by page, its disputes, its signatures. A field is saved when the person leaves it and after a pause.
 *
 * What may not stand is not saved; it stays in its field, also when the screen is rotated or the process ends.
 */
class RecordActivity : Screen(), CardActs {
    lateinit var body: LinearLayout
    lateinit var saved: TextView
    lateinit var score: TextView
    lateinit var sheet: Sheet
    var drawn: List<CardView.Drawn> = emptyList()
        private set
    private val turner by lazy { Turner(this, ::turn) }
    private var draft: Draft? = null
    private var page = 0
    private val waiting = LinkedHashMap<String, String>()
    private val unsaved = LinkedHashMap<String, Unsaved>()
    private val sending = LinkedHashMap<String, String>()
    private var pause: Job? = null
    private var asking: Card? = null

    /** Whether the record is shown. */
    val isDrawn get() = ::sheet.isInitialized

    /** Whether everything that was written, and may stand, is saved. */
    val isSaved get() = waiting.isEmpty() && app.saving?.isActive != true

    val place by lazy { Place(intent.getStringExtra(SITE).orEmpty(), intent.getStringExtra(ITEM).orEmpty(), intent.getStringExtra(ROUND).orEmpty()) }

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        page = state?.getInt(PAGE) ?: 0
        val (ids, words) = listOf(IDS, WORDS).map { state?.getStringArrayList(it).orEmpty() }
        waiting += ids.zip(words)
        body = column(gap = 12)
        saved = small("").apply { accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE }
        score = text("", 16f, R.color.brand, bold = true).apply { visibility = View.GONE }
        val foot = column(score, saved, turner.view, gap = 2).apply { setPadding(dp(16), dp(6), dp(16), dp(8)) }
        show(intent.getStringExtra(NAME).orEmpty(), body, foot,
            marks = arrayOf(mark(android.R.drawable.ic_menu_recent_history, R.string.record_history) { startActivity(HistoryActivity.intent(this, place, null)) }))
    }

    /** Opens the record, or reads it again: a sync may have run meanwhile. */
    override fun onResume() {
        super.onResume()
        queue {
            val heads = if (isDrawn) sheet.heads else null
            val fresh = open(app.core())
            unlessLeft { if (fresh.heads != heads) draw(fresh) else sheet = fresh }
        }
        // What was typed before the screen was rotated, or the process ended.
        flush()
    }

    override fun onPause() {
        super.onPause()
        flush()
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        out.putInt(PAGE, page)
        val kept = unsaved.mapNotNull { (id, left) -> left.words?.let { id to it } }.toMap() + sending + waiting
        out.putStringArrayList(IDS, ArrayList(kept.keys))
        out.putStringArrayList(WORDS, ArrayList(kept.values))
    }

    override fun onDestroy() {
        super.onDestroy()
        queue { draft?.close(); draft = null }
    }

    private suspend fun open(core: Core): Sheet {
        draft?.close()
        return core.draft(place, Language.shown(this)).also { draft = it }.sheet(page)
    }

    /** Turns to a page by its number; what was written on the last one is saved. */
    fun turn(to: Int) {
        flush()
        queue {
            page = to
            redrawn()
            unlessLeft { (body.parent as? View)?.scrollTo(0, 0) }
        }
    }

    private fun draw(fresh: Sheet) {
        sheet = fresh
        body.removeAllViews()
        fresh.voided?.let { body.put(card(text(getString(R.string.voided), 16f, R.color.bad, bold = true), small(it), colour = R.color.bad_card)) }
        fresh.sentBack?.let { body.put(card(text(getString(R.string.sent_back), 16f, R.color.bad, bold = true), small(it), colour = R.color.bad_card)) }
        if (fresh.page < fresh.pages.size) body.put(text(fresh.pages[fresh.page].label, 18f, bold = true))
        val view = CardView(this, this)
        drawn = shown(fresh).map(view::draw)
        if (fresh.plain && fresh.cards.isEmpty()) body.put(text(getString(R.string.record_none)))
        for (one in drawn) body.put(one.view)
        if (fresh.isLast) Ending(this).draw(fresh, body, ::turn)
        tell(fresh)
    }

    /** The cards of the page, with the words that are on their way to the core and those that it did not take. */
    private fun shown(fresh: Sheet): List<Card> = fresh.cards.map { card ->
        val written = waiting[card.id] ?: sending[card.id]
        val left = unsaved[card.id]?.takeIf { !it.isAnswer }
        when {
            written != null -> card.copy(value = written)
            left != null -> card.copy(value = left.words.orEmpty(), problem = getString(R.string.record_wrong_type))
            else -> card
        }
    }

    /** Shows what may change with every answer: score, where the page stands, what waits. */
    private fun tell(fresh: Sheet) {
        val marks = if (fresh.overworked) getString(R.string.record_overworked) else fresh.score?.let(::score)
        score.text = marks
        score.visibility = if (marks == null) View.GONE else View.VISIBLE
        turner.show(fresh)
        saved.text = listOfNotNull(
            if (fresh.heads.isEmpty()) null else getString(R.string.record_saved),
            if (fresh.unsent > 0) getString(R.string.unsent, fresh.unsent) else null,
            if (unsaved.isEmpty()) null else getString(R.string.record_left, unsaved.size),
        ).joinToString(" · ")
    }

    /** A score in words. */
    fun score(of: Score): String = listOfNotNull(
        getString(R.string.record_score, of.score ?: "–", of.full ?: "–"), of.grade,
        if (of.veto) getString(R.string.record_veto) else null,
    ).joinToString(" · ")

    /** What somebody said, as people read it. */
    fun read(said: Said): String = when (said.label) {
        "true", "some" -> getString(R.string.record_yes)
        "false", "none" -> getString(R.string.record_no)
        "" -> getString(R.string.record_blank)
        else -> said.label
    }

    override fun writing(id: String, value: String) {
        waiting[id] = value
        saved.text = getString(R.string.record_saving)
        pause?.cancel()
        pause = scope.launch { delay(PAUSE); flush() }
    }

    override fun left() = flush()

    override fun wrote(id: String, value: String) = wrote(id, value, anew = false)

    /** Answers a question that the page may not hold yet. */
    fun wrote(id: String, value: String, anew: Boolean) {
        waiting[id] = value
        flush(anew)
    }

    /** Saves what waits, in the order in which it was written; the core returns after the commit. */
    private fun flush(anew: Boolean = false) {
        pause?.cancel()
        if (waiting.isEmpty()) return
        val answers = waiting.toMap()
        waiting.clear()
        sending += answers
        queue {
            try {
                val draft = draft ?: return@queue again(answers)
                val left = draft.save(answers)
                sent(answers)
                val before = unsaved.toMap()
                unsaved.clear()
                unsaved += before.filter { (id, old) -> !old.isAnswer && id !in answers }
                unsaved += left.mapValues { (id, now) -> now.copy(words = now.words ?: before[id]?.words) }
                val fresh = draft.sheet(page)
                unlessLeft { tell(null as String?); take(fresh, anew) }
            } catch (error: SumuException.Changed) {
                // Somebody else's answer came in between: both are shown, and the person decides.
                sent(answers)
                unlessLeft { draw(open(app.core())); tell(getString(R.string.record_overtaken, answers.values.joinToString())) }
            } catch (error: SumuException) {
                again(answers)
                unlessLeft { saved.text = getString(R.string.record_not_saved); tell(error) }
            }
        }
    }

    /** Lets answers go that the core has seen; what was written meanwhile is still on its way. */
    private fun sent(answers: Map<String, String>) = answers.forEach { (id, value) -> sending.remove(id, value) }

    /** Lets answers that could not be saved wait for the next time, except where other words were written meanwhile. */
    private fun again(answers: Map<String, String>) {
        sent(answers)
        for ((id, value) in answers) if (id !in sending) waiting.putIfAbsent(id, value)
    }

    /** Does work on the record after all that began before it. It ends even if the screen is left: a save must not be cut. */
    private fun queue(act: suspend () -> Unit) {
        val before = app.saving
        app.saving = app.scope.launch {
            before?.join()
            try {
                act()
            } catch (error: SumuException) {
                unlessLeft { tell(error) }
            }
        }
    }

    private inline fun unlessLeft(act: () -> Unit) { if (!isDestroyed) act() }

    private suspend fun redrawn() {
        val fresh = draft?.sheet(page) ?: return
        unlessLeft { draw(fresh) }
    }

    /** Takes a newer state: redraws if other cards are shown now, else only what changes in them. */
    private fun take(fresh: Sheet, anew: Boolean) {
        val cards = shown(fresh)
        val same = cards.map { it.shape } == drawn.map { it.card.shape } && fresh.page == sheet.page
        if (anew || !same || sheet.signed != fresh.signed || sheet.heads.isEmpty()) return redraw(fresh)
        sheet = fresh
        for ((one, card) in drawn.zip(cards)) if (card.id !in waiting) one.take(card)
        tell(fresh)
    }

    /** Draws everything anew and gives the field that had the focus its focus and its cursor back. */
    private fun redraw(fresh: Sheet) {
        val held = drawn.firstOrNull { it.field is EditText && it.field.hasFocus() }
        val cursor = (held?.field as? EditText)?.selectionStart ?: 0
        draw(fresh)
        val again = drawn.firstOrNull { it.card.id == held?.card?.id }?.field as? EditText ?: return
        again.requestFocus()
        again.setSelection(cursor.coerceIn(0, again.text.length))
    }

    override fun add(card: Card) {
        flush()
        queue { draft?.add(card.id); redrawn() }
    }

    override fun remove(card: Card) {
        flush()
        Ask.reason(this, R.string.record_remove) { reason -> queue { draft?.remove(card.id, reason); redrawn() } }
    }

    override fun settle(card: Card, contest: Contest) =
        Ask.settlement(this, card, contest) { value, reason -> change { it.settle(place, contest.key, value, reason) } }

    override fun history(card: Card) = startActivity(HistoryActivity.intent(this, place, card.key))

    override fun time(at: Long): String = clock(this, at)

    override fun position(card: Card) {
        asking = card
        if (!Position.isAllowed(this)) return
        val asked = Position.ask(this) { wrote(card.id, it) }
        tell(if (asked) null else getString(R.string.record_no_position))
    }

    override fun onRequestPermissionsResult(request: Int, permissions: Array<out String>, granted: IntArray) {
        if (request == Position.REQUEST && granted.any { it == PackageManager.PERMISSION_GRANTED }) asking?.let(::position)
    }

    /** Does one act on the record after what was written before it, and shows what became of it. */
    fun change(act: suspend (Core) -> Unit) {
        flush()
        queue {
            unlessLeft { tell(null as String?) }
            val core = app.core()
            act(core)
            val fresh = open(core)
            unlessLeft { draw(fresh) }
        }
    }

    companion object {
        private const val PAUSE = 800L
        private const val SITE = "site"
        private const val ITEM = "item"
        private const val ROUND = "round"
        private const val NAME = "name"
        private const val PAGE = "page"
        private const val IDS = "ids"
        private const val WORDS = "words"

        fun intent(context: Context, site: String, item: String, round: String, name: String): Intent =
            Intent(context, RecordActivity::class.java).putExtra(SITE, site).putExtra(ITEM, item).putExtra(ROUND, round).putExtra(NAME, name)
    }
}
