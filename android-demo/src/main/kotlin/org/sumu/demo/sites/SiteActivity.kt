package org.sumu.demo.sites

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.widget.LinearLayout
import org.sumu.demo.R
import org.sumu.demo.core.ItemState
import org.sumu.demo.record.RecordActivity
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.card
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import org.sumu.demo.settings.Language

/** The items of one place in the open round, each with its state. */
class SiteActivity : Screen() {
    lateinit var body: LinearLayout

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        body = column(gap = 8)
        show(intent.getStringExtra(NAME).orEmpty(), body)
    }

    override fun onResume() {
        super.onResume()
        work { core ->
            tell(null as String?)
            val site = intent.getStringExtra(SITE).orEmpty()
            val items = core.items(site, Language.shown(this))
            body.removeAllViews()
            for (item in items) body.put(row(site, item))
        }
    }

    private fun row(site: String, item: ItemState) = card(
        text(item.name, 17f),
        small(stateWords(item), stateColour(item)),
    ).apply {
        minimumHeight = dp(64)
        isFocusable = true
        setOnClickListener { startActivity(RecordActivity.intent(this@SiteActivity, site, item.handle, item.round, item.name)) }
    }

    private fun stateWords(item: ItemState): String = listOfNotNull(
        getString(if (item.done) R.string.begun else R.string.empty),
        if (item.sentBack) getString(R.string.sent_back) else null,
        if (item.disputed > 0) getString(R.string.disputed, item.disputed) else null,
        if (item.signed) getString(R.string.signed) else null,
        if (item.unsent > 0) getString(R.string.unsent, item.unsent) else null,
    ).joinToString(" · ")

    private fun stateColour(item: ItemState): Int = when {
        item.disputed > 0 || item.sentBack -> R.color.bad
        item.unsent > 0 -> R.color.wait
        item.signed -> R.color.good
        else -> R.color.ink_soft
    }

    companion object {
        private const val SITE = "site"
        private const val NAME = "name"

        fun intent(context: Context, site: String, name: String): Intent =
            Intent(context, SiteActivity::class.java).putExtra(SITE, site).putExtra(NAME, name)
    }
}
