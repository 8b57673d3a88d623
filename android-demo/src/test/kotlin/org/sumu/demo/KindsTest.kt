package org.sumu.demo

import android.Manifest
import android.app.AlertDialog
import android.app.DatePickerDialog
import android.app.TimePickerDialog
import android.content.Context
import android.location.Location
import android.location.LocationManager
import android.os.Looper
import android.widget.CheckBox
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.sumu.demo.record.RecordActivity

/** Questions that are answered by a dialog of the system, a tick or the receiver of positions. */
@RunWith(RobolectricTestRunner::class)
class KindsTest {
    @get:Rule val phone = Phone()

    private fun water(): RecordActivity {
        phone.office.form("water", Workbook(listOf("survey" to listOf(
            listOf("type", "name", "label", "parameters", "guidance_hint"),
            listOf("date", "day", "Day of the visit"),
            listOf("time", "hour", "Hour of the visit"),
            listOf("dateTime", "moment", "Repaired"),
            listOf("acknowledge", "seen", "Shown to the village"),
            listOf("range", "mark", "Mark", "start=0 end=10 step=1"),
            listOf("geopoint", "place", "Well", "", "Stand beside the cover"),
        ))))
        phone.joined()
        return phone.record("water")
    }

    private fun value(screen: RecordActivity, label: String) = screen.drawn.first { it.card.label == label }.card.value

    private fun tap(screen: RecordActivity, label: String) = screen.drawn.first { it.card.label == label }.field!!.performClick()

    private fun press(dialog: AlertDialog, button: Int = AlertDialog.BUTTON_POSITIVE) {
        dialog.getButton(button).performClick()
        shadowOf(Looper.getMainLooper()).idle()
    }

    private fun day(screen: RecordActivity, label: String, month: Int, day: Int) {
        tap(screen, label)
        dialog<DatePickerDialog>().run { updateDate(2026, month - 1, day); press(this) }
    }

    private fun becomes(screen: RecordActivity, label: String, begins: String) =
        until("$label is '$begins'") { screen.isSaved && value(screen, label).run { if (begins.isEmpty()) isEmpty() else startsWith(begins) } }

    @Test fun days_and_times_are_chosen_in_the_systems_dialogs_and_can_be_cleared() {
        val screen = water()
        day(screen, "Day of the visit", 11, 3)
        becomes(screen, "Day of the visit", "2026-11-03")
        tap(screen, "Hour of the visit")
        dialog<TimePickerDialog>().run { updateTime(8, 5); press(this) }
        becomes(screen, "Hour of the visit", "08:05")
        day(screen, "Repaired", 10, 31)
        dialog<TimePickerDialog>().run { updateTime(17, 30); press(this) }
        becomes(screen, "Repaired", "2026-10-31T17:30")
        tap(screen, "Day of the visit")
        val again = dialog<DatePickerDialog>()
        assertEquals("it opens at the answer", 3, again.datePicker.dayOfMonth)
        press(again, AlertDialog.BUTTON_NEUTRAL)
        becomes(screen, "Day of the visit", "")
        phone.kill()
        assertTrue(value(phone.record("water"), "Repaired").startsWith("2026-10-31T17:30"))
    }

    @Test fun a_tick_says_that_it_was_seen_and_a_mark_stays_within_its_range() {
        val screen = water()
        inside(screen.drawn.first { it.card.label == "Shown to the village" }.view).first { it is CheckBox }.performClick()
        phone.settled(screen)
        assertEquals("OK", value(screen, "Shown to the village"))
        assertTrue(words(screen), words(screen).contains("0–10"))
        tap(screen, "Mark")
        assertEquals((0..10).map(Int::toString), dialog<AlertDialog>().listView.run { (0 until count).map { getItemAtPosition(it) } })
        dialog<AlertDialog>().listView.performItemClick(null, 7, 7)
        becomes(screen, "Mark", "7")
    }

    @Test fun the_phone_tells_where_it_stands_once_the_person_allowed_it() {
        val screen = water()
        assertTrue(words(screen), words(screen).contains("Stand beside the cover"))
        press(screen, R.string.record_here)
        assertEquals(listOf(Manifest.permission.ACCESS_FINE_LOCATION), shadowOf(screen).lastRequestedPermission.requestedPermissions.take(1))
        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION)
        val receiver = shadowOf(app.getSystemService(Context.LOCATION_SERVICE) as LocationManager)
        receiver.setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        press(screen, R.string.record_here)
        receiver.simulateLocation(Location(LocationManager.GPS_PROVIDER).apply { latitude = 43.6; longitude = 122.25; altitude = 180.0; accuracy = 6f })
        until("the position") { value(screen, "Well").isNotEmpty() }
        assertTrue(value(screen, "Well"), value(screen, "Well").startsWith("43.6 122.25 180"))
    }
}
