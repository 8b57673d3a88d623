package org.sumu.demo.sites

import android.content.Intent
import android.os.Bundle
import android.text.Editable
import android.text.TextWatcher
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.widget.AbsListView
import android.widget.AdapterView
import android.widget.ArrayAdapter
import android.widget.Button
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.ListView
import android.widget.Spinner
import android.widget.TextView
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import org.sumu.demo.R
import org.sumu.demo.core.Area
import org.sumu.demo.core.Site
import org.sumu.demo.enrol.EnrolActivity
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.button
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.small
import org.sumu.demo.sync.SyncActivity

/** The places of the person's areas with the progress of the open round; those used last come first. */
class SitesActivity : Screen() {
    lateinit var list: ListView
    lateinit var find: EditText
    lateinit var areas: Spinner
    lateinit var state: TextView
    val rows by lazy { SiteRows(this) }
    private var loading: Job? = null
    private var area: String? = null
    private var names: List<Area> = emptyList()

    /** Whether the last place is in the list. */
    var ended = false
        private set

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        find = EditText(this).apply {
            hint = getString(R.string.sites_find)
            contentDescription = getString(R.string.sites_find)
            setSingleLine()
            addTextChangedListener(object : TextWatcher {
                override fun beforeTextChanged(words: CharSequence?, start: Int, count: Int, after: Int) = Unit
                override fun onTextChanged(words: CharSequence?, start: Int, before: Int, count: Int) = Unit
                override fun afterTextChanged(words: Editable?) = load(wait = 200)
            })
        }
        areas = Spinner(this).apply { contentDescription = getString(R.string.enrol_areas) }
        state = small("")
        list = ListView(this).apply {
            id = R.id.list
            adapter = rows
            divider = null
            setOnItemClickListener { _, _, place, _ -> rows.at(place)?.let(::open) }
            setOnScrollListener(object : AbsListView.OnScrollListener {
                override fun onScrollStateChanged(view: AbsListView?, state: Int) = Unit
                override fun onScroll(view: AbsListView?, first: Int, shown: Int, all: Int) {
                    if (all > 0 && first + shown + 20 >= all) more()
                }
            })
        }
        val head = column(find, areas, state, gap = 2).apply { setPadding(dp(16), 0, dp(16), dp(8)) }
        val body = LinearLayout(this).apply {
            orientation = LinearLayout.VERTICAL
            addView(head)
            addView(list, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
        }
        val foot = column(button(getString(R.string.sync), strong = true) { startActivity(Intent(this, SyncActivity::class.java)) })
        foot.setPadding(dp(16), dp(8), dp(16), dp(12))
        show(getString(R.string.app_name), body, foot, scrolls = true,
            marks = arrayOf(settingsMark()))
    }

    override fun onResume() {
        super.onResume()
        work { core ->
            val person = core.person()
            if (person == null) {
                startActivity(Intent(this, EnrolActivity::class.java))
                finish()
                return@work
            }
            offer(core.areas())
            val status = core.status()
            state.text = getString(R.string.sync_state, status.synced, status.records)
            for (round in core.rounds()) state.append(" · " + getString(R.string.round_until, round.handle, round.lastDay))
        }
        load()
    }

    /** Offers the person's areas; with one area there is nothing to choose. */
    private fun offer(found: List<Area>) {
        if (names == found) return
        names = found
        areas.visibility = if (names.size > 1) View.VISIBLE else View.GONE
        areas.adapter = ArrayAdapter(this, android.R.layout.simple_spinner_dropdown_item, listOf(getString(R.string.sites_all_areas)) + names.map(Area::name))
        areas.onItemSelectedListener = object : AdapterView.OnItemSelectedListener {
            override fun onNothingSelected(parent: AdapterView<*>?) = Unit
            override fun onItemSelected(parent: AdapterView<*>?, view: View?, place: Int, id: Long) {
                val chosen = names.getOrNull(place - 1)?.code
                if (chosen != area) {
                    area = chosen
                    load()
                }
            }
        }
    }

    private fun load(wait: Long = 0) {
        loading?.cancel()
        loading = work { core ->
            delay(wait)
            val words = find.text.toString().trim()
            val recent = if (words.isEmpty() && area == null) core.sitesOf(LastUsed.of(this)) else emptyList()
            val first = core.sites(area, words, null)
            ended = first.isEmpty()
            rows.fill(recent, first)
            if (first.isEmpty()) rows.note(getString(if (words.isEmpty()) R.string.sites_none_yet else R.string.sites_none))
        }
    }

    private fun more() {
        if (ended || loading?.isActive == true) return
        loading = work { core ->
            val page = core.sites(area, find.text.toString().trim(), rows.last ?: return@work)
            ended = page.isEmpty()
            rows.add(page)
        }
    }

    private fun open(site: Site) {
        LastUsed.keep(this, site.id)
        startActivity(SiteActivity.intent(this, site.id, site.name))
    }
}
