package org.sumu.demo.sync

import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.LinearLayout
import android.widget.ProgressBar
import android.widget.TextView
import kotlinx.coroutines.Job
import org.sumu.demo.R
import org.sumu.demo.core.Core
import org.sumu.demo.core.Held
import org.sumu.demo.core.Status
import org.sumu.demo.core.Step
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.button
import org.sumu.demo.screen.card
import org.sumu.demo.screen.column
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import kotlin.math.abs

/** One large button, and how much the server holds: what waits and why, and what it refused. */
class SyncActivity : Screen() {
    lateinit var go: Button
    lateinit var state: TextView
    lateinit var line: TextView
    lateinit var last: TextView
    lateinit var held: LinearLayout
    private lateinit var bar: ProgressBar
    var running: Job? = null
        private set

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        state = text("", 24f, bold = true)
        last = small("")
        line = text("").apply { accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE; visibility = View.GONE }
        bar = ProgressBar(this, null, android.R.attr.progressBarStyleHorizontal).apply { isIndeterminate = true; visibility = View.GONE }
        go = button(getString(R.string.sync_now), strong = true) { if (running?.isActive == true) running?.cancel() else start() }
        held = column(gap = 8)
        show(getString(R.string.sync), column(card(state, small(getString(R.string.sync_state_hint)), last), go, bar, line, small(getString(R.string.sync_photos)), held, gap = 12))
        work(act = ::refresh)
    }

    private fun start() {
        tell(null as String?)
        go.text = getString(R.string.sync_stop)
        bar.visibility = View.VISIBLE
        line.visibility = View.VISIBLE
        line.text = getString(R.string.sync_connecting)
        running = work { core ->
            core.sync().collect { step ->
                line.text = told(step)
                if (step is Step.Going && step.synced != null) state.text = getString(R.string.sync_state, step.synced, step.records)
            }
        }.also { job -> job.invokeOnCompletion { ended(job.isCancelled) } }
    }

    /** Also told of a sync that was stopped before it began, when none of its own lines runs. */
    private fun ended(stopped: Boolean) {
        bar.visibility = View.GONE
        go.text = getString(R.string.sync_now)
        if (stopped) line.text = getString(R.string.sync_stopped)
        if (!isDestroyed) work(act = ::refresh)
    }

    private suspend fun refresh(core: Core) {
        val status = core.status()
        state.text = getString(R.string.sync_state, status.synced, status.records)
        last.text = status.lastSync?.let { getString(R.string.sync_last, clock(this, it)) } ?: getString(R.string.sync_never)
        held.removeAllViews()
        status.stopped?.let { held.put(card(text(it, colour = R.color.bad), colour = R.color.bad_card)) }
        drift(status)?.let { held.put(small(it, R.color.wait)) }
        if (status.unsent > 0) held.put(text(getString(R.string.unsent, status.unsent), colour = R.color.wait))
        if (status.pending > 0) held.put(small(getString(R.string.sync_pending, status.pending)))
        list(R.string.sync_refused_title, R.string.sync_refused_how, status.refused, R.color.bad)
        list(R.string.sync_parked_title, R.string.sync_parked_how, status.parked, R.color.wait)
    }

    private fun list(title: Int, how: Int, rows: List<Held>, colour: Int) {
        if (rows.isEmpty()) return
        val card = card(text(getString(title), 16f, colour, bold = true), small(getString(how)))
        for (row in rows) card.put(text(reason(row.reason) + "  (" + row.change + ")"), 8)
        held.put(card)
    }

    private fun drift(status: Status): String? {
        val seconds = status.clockAhead?.let(::abs)?.let { it / 1000 }?.takeIf { it >= DRIFT } ?: return null
        return getString(R.string.sync_clock, android.text.format.DateUtils.formatElapsedTime(seconds))
    }

    companion object {
        /** Clocks differ by a minute without harm; more than that is told. */
        private const val DRIFT = 120L
    }
}
