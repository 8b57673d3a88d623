package org.sumu.demo

import android.app.Activity
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
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
        phone.office.form("roads")
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
            form(look, name)
            val past = phone.open(HistoryActivity::class.java, HistoryActivity.intent(app, record.place, null)).get()
            until("history") { past.list.adapter.count > 0 }
            shot(past, "history", name)
            val settings = phone.open<SettingsActivity>()
            until("the person") { settings.person.text.isNotEmpty() }
            shot(settings, "settings", name)
        }
        phone.office.office("round", "close", "2026-autumn", "--force")
        core { core -> core.sync().collect {} }
        for ((name, look) in looks) {
            look(look)
            val sync = phone.open<SyncActivity>()
            until("counted") { sync.held.childCount > 0 }
            shot(sync, "sync", name)
        }
        assertTrue(File(System.getProperty("screens.dir")).list().orEmpty().size >= 12 * looks.size)
    }

    /** A form: a dispute and what is not allowed, instances of a repeat, and the page behind the last card. */
    private fun form(look: Look, name: String) {
        val screen = phone.record("roads", name = if (look.language.startsWith("zh")) "街巷硬化" else "Street hardening")
        for (card in listOf("R1", "R2", "R4", "the end")) {
            phone.turn(screen, card)
            shot(screen, "form-${card.lowercase().replace(' ', '-')}", name)
        }
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

    /** The form of the streets: a dispute about the first card, two faults, a grade with its reason. */
    private fun streets() {
        val streets = Place(Office.SITE, "roads", "2026-autumn")
        phone.office.phone("siqin", "answer", Office.SITE, "roads", "r1_planned=3.2", "r1_done=2.5")
        phone.office.phone("siqin", "sync")
        core { core ->
            val draft = core.draft(streets, "zh")
            val group = "/data/roads"
            draft.save(mapOf("$group/r1_card/r1_planned" to "3.2", "$group/r1_card/r1_done" to "2.8", "$group/r2_card/r2_found" to "yes"))
            for ((place, what) in listOf("村委会东侧断板约 2 米", "小学门口积水").withIndex()) {
                draft.add("$group/r2_card/r2_fault[${place + 1}]")
                draft.save(mapOf("$group/r2_card/r2_fault[${place + 1}]/r2_reason" to what))
            }
            draft.save(mapOf("$group/r2_card/r2_fault[1]/r2_place" to "43.652100 122.243500 178.0 6.0", "$group/r4_card/r4_grade" to "fair", "$group/r4_card/r4_reason" to "路肩缺土"))
            draft.close()
            core.sync().collect {}
        }
    }

    /** A dispute, a signature, and something unsent, which the server will not take once the round is closed. */
    private fun work() {
        val water = Place(Office.SITE, "water", "2026-autumn")
        val others = arrayOf("answer", Office.SITE, "water", "W1=10", "W2=8", "well=水井完好，井台无裂缝")
        phone.office.phone("siqin", "sync")
        phone.office.phone("siqin", *others)
        phone.office.phone("siqin", "sync")
        core { it.answer(water, mapOf("W1" to "6", "pipe" to "管道入户 43 户，其中 2 户水压不足")) }
        core { core -> core.sync().collect {} }
        core { it.sign(water, it.sheet(water).heads) }
        streets()
        LastUsed.keep(app, Office.SITE)
        core { it.answer(Place(Office.SITE, "school", "2026-autumn"), mapOf("roof" to "3")) }
    }
}
