package org.sumu.demo.sites

import android.content.Context
import android.view.View
import android.view.ViewGroup
import android.widget.BaseAdapter
import android.widget.LinearLayout
import android.widget.TextView
import org.sumu.demo.R
import org.sumu.demo.core.Site
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text

/** The rows of the list of places: titles, places, or one note. Views are used again while the list scrolls. */
class SiteRows(private val context: Context) : BaseAdapter() {
    private val rows = ArrayList<Any>()

    /** The last place of the last page: the next page goes on after it. */
    var last: String? = null
        private set

    fun fill(recent: List<Site>, page: List<Site>) {
        rows.clear()
        if (recent.isNotEmpty()) {
            rows.add(context.getString(R.string.sites_recent))
            rows.addAll(recent)
            rows.add(context.getString(R.string.sites_all_areas))
        }
        last = null
        add(page)
    }

    fun add(page: List<Site>) {
        rows.addAll(page)
        last = page.lastOrNull()?.id ?: last
        notifyDataSetChanged()
    }

    fun note(words: String) {
        rows.add(words)
        notifyDataSetChanged()
    }

    fun at(place: Int): Site? = rows.getOrNull(place) as? Site
    override fun getCount() = rows.size
    override fun getItem(place: Int): Any = rows[place]
    override fun getItemId(place: Int) = place.toLong()
    override fun getViewTypeCount() = 2
    override fun getItemViewType(place: Int) = if (rows[place] is Site) 0 else 1
    override fun areAllItemsEnabled() = false
    override fun isEnabled(place: Int) = rows[place] is Site

    override fun getView(place: Int, old: View?, parent: ViewGroup): View {
        val site = rows[place] as? Site ?: return (old as TextView? ?: context.small("").apply {
            setPadding(context.dp(16), context.dp(14), context.dp(16), context.dp(4))
        }).apply { text = rows[place] as String }
        val row = old as LinearLayout? ?: context.column(context.text("", 17f), context.small(""), gap = 2).apply {
            setPadding(context.dp(16), context.dp(10), context.dp(16), context.dp(10))
            minimumHeight = context.dp(56)
        }
        (row.getChildAt(0) as TextView).text = site.name
        val marks = listOfNotNull(
            context.getString(R.string.progress, site.done, site.of),
            if (site.unsent > 0) context.getString(R.string.unsent, site.unsent) else null,
            if (site.disputed > 0) context.getString(R.string.disputed, site.disputed) else null,
            if (site.sentBack > 0) context.getString(R.string.sites_sent_back, site.sentBack) else null,
        )
        (row.getChildAt(1) as TextView).apply {
            text = (listOf(site.id) + marks).joinToString(" · ")
            val colour = when {
                site.disputed > 0 || site.sentBack > 0 -> R.color.bad
                site.unsent > 0 -> R.color.wait
                site.of > 0 && site.done == site.of -> R.color.good
                else -> R.color.ink_soft
            }
            setTextColor(context.getColor(colour))
        }
        return row
    }
}
