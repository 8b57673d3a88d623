package org.sumu.demo

import android.app.Activity
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.shadows.ShadowAlertDialog
import org.sumu.demo.core.Place
import org.sumu.demo.enrol.EnrolActivity
import org.sumu.demo.record.HistoryActivity
import org.sumu.demo.settings.SettingsActivity
import org.sumu.demo.sites.LastUsed
import org.sumu.demo.sites.SiteActivity
import org.sumu.demo.sites.SitesActivity
import org.sumu.demo.sync.SyncActivity
import java.io.File

/** Draws every screen in both languages, light, dark and with letters twice as large. */
@RunWith(RobolectricTestRunner::class)
class ScreenshotTest {
    @get:Rule val phone = Phone()

    @Test fun every_screen_is_drawn_in_every_look() {
        val looks = listOf("zh" to Look("zh-rCN", false, 1f), "en" to Look("en-rUS", false, 1f), "zh-dark" to Look("zh-rCN", true, 1f), "zh-large" to Look("zh-rCN", false, 2f), "en-large" to Look("en-rUS", false, 2f))
        look(looks[0].second)
        for ((name, look) in looks) { look(look); shot(phone.open<EnrolActivity>(), "enrol", name) }
        phone.joined()
        work()
        for ((name, look) in looks) {
            look(look)
            val joined = phone.open(EnrolActivity::class.java, android.content.Intent(app, EnrolActivity::class.java).putExtra(EnrolActivity.JOINED, true)).get()
            until("joined") { find(joined.window.decorView, joined.getString(R.string.enrol_first_sync)) != null }
            shot(joined, "joined", name)
            val sites = phone.open<SitesActivity>()
            until("places") { sites.rows.count > 3 && sites.state.text.isNotEmpty() }
            shot(sites, "sites", name)
            val site = phone.open(SiteActivity::class.java, SiteActivity.intent(app, Office.SITE, Office.NAME)).get()
            until("items") { site.body.childCount == 10 }
            shot(site, "site", name)
            val record = phone.record(name = if (look.language.startsWith("zh")) "安全饮水" else "Drinking water")
            shot(record, "record", name)
            val past = phone.open(HistoryActivity::class.java, HistoryActivity.intent(app, record.place, null)).get()
            until("history") { past.list.adapter.count > 0 }
            shot(past, "history", name)
            val sync = phone.open<SyncActivity>()
            until("counted") { sync.held.childCount > 0 }
            shot(sync, "sync", name)
            val settings = phone.open<SettingsActivity>()
            until("the person") { settings.person.text.isNotEmpty() }
            shot(settings, "settings", name)
        }
        assertTrue(File(System.getProperty("screens.dir")).list().orEmpty().size >= 8 * looks.size)
    }

    private class Look(val language: String, val dark: Boolean, val letters: Float)

    private fun look(look: Look) {
        RuntimeEnvironment.setQualifiers("${look.language}-w360dp-h720dp-${if (look.dark) "night" else "notnight"}-xxhdpi")
        RuntimeEnvironment.setFontScale(look.letters)
    }

    private fun shot(screen: Activity, name: String, look: String) {
        val file = save(screen, "$name-$look")
        assertTrue(name, file.length() > 5_000)
    }

    /** A dispute, a signature, something unsent and something that the server keeps aside. */
    private fun work() {
        val water = Place(Office.SITE, "water", "2026-autumn")
        val others = arrayOf("answer", Office.SITE, "water", "W1=10", "W2=8", "well=水井完好，井台无裂缝")
        phone.office.phone("siqin", "sync")
        phone.office.phone("siqin", *others)
        phone.office.phone("siqin", "sync")
        core { it.answer(water, mapOf("W1" to "6", "pipe" to "管道入户 43 户，其中 2 户水压不足")) }
        core { core -> core.sync().collect {} }
        core { it.sign(water, it.sheet(water).heads) }
        core { it.answer(Place(Office.SITE, "housing", "2026-autumn"), mapOf("rooms" to "12")) }
        LastUsed.keep(app, Office.SITE)
        phone.office.office("round", "close", "2026-autumn", "--force")
        core { core -> core.sync().collect {} }
        phone.office.office("round", "open", "2026-autumn", "--from", "2026-09-01", "--cutoff", "2026-12-31")
        core { core -> core.sync().collect {} }
        core { it.answer(Place(Office.SITE, "school", "2026-autumn"), mapOf("roof" to "3")) }
    }
}
