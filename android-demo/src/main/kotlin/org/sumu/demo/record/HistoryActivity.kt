package org.sumu.demo.record

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.view.View
import android.view.ViewGroup
import android.widget.BaseAdapter
import android.widget.LinearLayout
import android.widget.ListView
import android.widget.TextView
import org.sumu.demo.R
import org.sumu.demo.core.Past
import org.sumu.demo.core.Place
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import org.sumu.demo.settings.Language
import org.sumu.demo.sync.clock

/** Every put of a record or of one answer: what, who, when, and whether the server holds it. The newest stands first. */
class HistoryActivity : Screen() {
    lateinit var list: ListView
    private val rows = ArrayList<Past>()

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        list = ListView(this).apply { id = R.id.list; adapter = Rows(); emptyView = null }
        show(getString(R.string.record_history), list, scrolls = true)
        val place = Place(intent.getStringExtra(SITE).orEmpty(), intent.getStringExtra(ITEM).orEmpty(), intent.getStringExtra(ROUND).orEmpty())
        work { core ->
            rows += core.history(place, intent.getStringExtra(KEY), Language.shown(this)).asReversed()
            if (rows.isEmpty()) tell(getString(R.string.history_none))
            (list.adapter as BaseAdapter).notifyDataSetChanged()
        }
    }

    private inner class Rows : BaseAdapter() {
        override fun getCount() = rows.size
        override fun getItem(place: Int): Any = rows[place]
        override fun getItemId(place: Int) = place.toLong()
        override fun isEnabled(place: Int) = false

        override fun getView(place: Int, old: View?, parent: ViewGroup): View {
            val row = old as LinearLayout? ?: column(text(""), small(""), gap = 2).apply { setPadding(dp(16), dp(10), dp(16), dp(10)) }
            val past = rows[place]
            (row.getChildAt(0) as TextView).text = words(past)
            (row.getChildAt(1) as TextView).text = listOf(past.by, clock(this@HistoryActivity, past.at), getString(past.state)).joinToString(" · ")
            return row
        }
    }

    /** What somebody wrote: an answer, or another act on the record by the first letter of its key. */
    private fun words(past: Past): String = when (past.key.substringBefore('/')) {
        "s" -> getString(R.string.history_signed)
        "f" -> getString(R.string.history_form)
        "w" -> getString(R.string.history_superseded, getString(R.string.history_reviewed), past.value)
        "v" -> getString(R.string.history_superseded, getString(R.string.voided), past.value)
        "d" -> getString(R.string.history_superseded, getString(R.string.history_settled), past.value)
        else -> getString(R.string.history_superseded, past.question, past.value)
    }

    companion object {
        private const val SITE = "site"
        private const val ITEM = "item"
        private const val ROUND = "round"
        private const val KEY = "key"

        fun intent(context: Context, place: Place, key: String?): Intent = Intent(context, HistoryActivity::class.java)
            .putExtra(SITE, place.site).putExtra(ITEM, place.item).putExtra(ROUND, place.round).putExtra(KEY, key)
    }
}
