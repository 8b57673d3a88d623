package org.sumu.demo

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.sumu.demo.core.Place
import org.sumu.demo.sites.SitesActivity
import org.sumu.demo.sites.SiteActivity
import org.sumu.demo.sync.SyncActivity
import org.sumu.demo.sync.SyncJob

@RunWith(RobolectricTestRunner::class)
class SyncTest {
    @get:Rule val phone = Phone()

    private val place = Place(Office.SITE, "water", "2026-autumn")

    private fun synced(): SyncActivity = phone.open<SyncActivity>().also { screen ->
        screen.go.performClick()
        until("the end of the sync") { screen.running?.isCompleted == true && screen.go.isEnabled }
    }

    @Test fun the_screen_counts_what_the_server_holds_before_and_after() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        val before = phone.open<SyncActivity>()
        until("counted") { before.state.text.toString() == app.getString(R.string.sync_state, 0, 1) }
        val screen = synced()
        until("counted anew") { screen.state.text.toString() == app.getString(R.string.sync_state, 1, 1) }
        assertTrue(phone.office.office("show", Office.SITE, "water").contains("W1"))
    }

    @Test fun without_a_line_the_screen_says_that_the_work_is_saved() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        phone.office.close()
        val screen = phone.open<SyncActivity>()
        screen.go.performClick()
        until("the problem", seconds = 120) { screen.problem.isShown }
        assertEquals(app.getString(R.string.problem_offline), screen.problem.text.toString())
        assertEquals(1, core { it.status() }.unsent)
    }

    @Test fun a_sync_is_stopped_by_the_same_button_and_goes_on_later() {
        phone.joined()
        phone.office.close()
        val screen = phone.open<SyncActivity>()
        screen.go.performClick()
        assertEquals(app.getString(R.string.sync_stop), screen.go.text.toString())
        screen.go.performClick()
        until("stopped") { screen.line.text.toString() == app.getString(R.string.sync_stopped) }
        assertEquals(app.getString(R.string.sync_now), screen.go.text.toString())
    }

    @Test fun a_change_that_the_server_refuses_is_shown_with_its_reason_and_kept() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        phone.office.office("round", "close", "2026-autumn", "--force")
        val screen = synced()
        until("the refused change") { words(screen).contains(app.getString(R.string.sync_refused_title)) || words(screen).contains(app.getString(R.string.sync_parked_title)) }
        val status = core { it.status() }
        assertEquals(1, status.refused.size + status.parked.size)
        assertTrue((status.refused + status.parked).single().reason.isNotEmpty())
    }

    @Test fun places_are_found_by_name_and_code_and_those_used_last_come_first() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        val screen = phone.open<SitesActivity>()
        until("places") { screen.rows.count > 0 }
        screen.find.setText("东宝龙山")
        until("one place") { screen.rows.count == 1 }
        val row = words(screen.rows.getView(0, null, screen.list))
        assertTrue(row, row.contains(Office.NAME) && row.contains(app.getString(R.string.progress, 1, 10)) && row.contains(app.getString(R.string.unsent, 1)))
        screen.list.performItemClick(screen.rows.getView(0, null, screen.list), 0, 0)
        assertEquals(SiteActivity::class.java.name, shadowOf(screen).nextStartedActivity.component?.className)
        screen.find.setText("")
        until("used last") { screen.rows.at(1)?.id == Office.SITE }
    }

    @Test fun the_items_of_a_place_say_how_far_each_is() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        val screen = phone.open(SiteActivity::class.java, SiteActivity.intent(app, Office.SITE, Office.NAME)).get()
        until("ten items") { screen.body.childCount == 10 }
        assertEquals(1, Regex(app.getString(R.string.begun)).findAll(words(screen)).count())
        assertEquals(9, Regex(app.getString(R.string.empty)).findAll(words(screen)).count())
    }

    @Test fun the_list_goes_on_as_it_is_scrolled() {
        phone.joined()
        val screen = phone.open<SitesActivity>()
        until("a page") { screen.rows.count > 0 }
        var seen = 0
        until("the last page", seconds = 60) {
            if (screen.rows.count != seen) { seen = screen.rows.count; screen.list.setSelection(seen - 1) }
            screen.ended
        }
        val all = core { core ->
            var count = 0
            var page = core.sites(null, "", null)
            while (page.isNotEmpty()) {
                count += page.size
                page = core.sites(null, "", page.last().id)
            }
            count
        }
        assertEquals(all, seen)
    }

    @Test fun the_job_syncs_and_finishes() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        assertTrue(SyncJob.isScheduled(app))
        val job = Robolectric.setupService(SyncJob::class.java)
        assertTrue(job.onStartJob(Jobs.params(SyncJob.ID)))
        until("finished") { shadowOf(job).isJobFinished }
        assertEquals(0, core { it.status() }.unsent)
    }
}
