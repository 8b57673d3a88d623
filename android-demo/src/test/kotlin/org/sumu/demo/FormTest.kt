package org.sumu.demo

import android.app.AlertDialog
import android.widget.CheckBox
import android.widget.EditText
import android.widget.RadioButton
import android.widget.RadioGroup
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.sumu.demo.record.Kind
import org.sumu.demo.record.RecordActivity
import org.sumu.demo.sites.SiteActivity

/** A record whose item has a form: the checklist of village streets. */
@RunWith(RobolectricTestRunner::class)
class FormTest {
    @get:Rule val phone = Phone()

    private fun streets(person: String = "batu"): RecordActivity {
        phone.office.form("roads")
        phone.joined(person)
        return phone.record("roads")
    }

    private fun labels(screen: RecordActivity) = screen.drawn.map { it.card.label }

    private fun choose(screen: RecordActivity, question: String, choice: String) {
        val drawn = screen.drawn.first { it.card.label == question }
        val box = inside(drawn.view).first { (it is RadioButton || it is CheckBox) && (it as android.widget.TextView).text == choice }
        box.performClick()
        phone.settled(screen)
    }

    /** Answers a question that is a button with a list behind it. */
    private fun pick(screen: RecordActivity, question: String, choice: String) {
        screen.drawn.first { it.card.label == question }.field!!.performClick()
        val place = screen.drawn.first { it.card.label == question }.card.choices.indexOfFirst { it.label == choice }
        dialog<AlertDialog>().listView.performItemClick(null, place, place.toLong())
        phone.settled(screen)
    }

    @Test fun a_deduction_asks_for_its_reason_at_once_and_the_score_follows() {
        val screen = streets()
        phone.turn(screen, "R1")
        assertEquals(listOf("Planned (or due)", "Done (or present)"), labels(screen))
        phone.answer(screen, "Planned (or due)", "10")
        phone.answer(screen, "Done (or present)", "8")
        until("the reason is asked for") { labels(screen) == listOf("Planned (or due)", "Done (or present)", "Why marks are lost", "Photo on the spot") }
        assertTrue(words(screen), words(screen).contains("A deduction needs its reason"))
        assertTrue(words(screen), words(screen).contains(screen.getString(R.string.record_photo_later)))
        assertTrue(screen.score.text.toString(), screen.score.text.startsWith(screen.getString(R.string.record_score, "28", "100")))
        assertEquals("the photo is not counted", 1, screen.sheet.pages[screen.sheet.page].missing)
        phone.answer(screen, "Why marks are lost", "两段未硬化")
        assertEquals(0, screen.sheet.pages[screen.sheet.page].missing)
        phone.answer(screen, "Done (or present)", "10")
        until("nothing to explain") { labels(screen).size == 2 }
    }

    @Test fun what_the_author_does_not_allow_is_said_and_kept_in_its_field_while_the_rest_is_saved() {
        val screen = streets()
        phone.turn(screen, "R1")
        phone.answer(screen, "Planned (or due)", "-1")
        phone.answer(screen, "Done (or present)", "8")
        assertTrue(words(screen), words(screen).contains("This cannot be negative"))
        assertTrue(screen.saved.text.toString(), screen.saved.text.contains(screen.getString(R.string.record_left, 1)))
        val kept = core { it.draft(screen.place, "en").run { sheet(1).cards.also { close() } } }
        assertEquals(listOf("", "8"), kept.take(2).map { it.value })
        val rotated = phone.rotated(screen)
        // Before Android 9 the first field gets the focus by itself, and a field with the focus keeps what it shows.
        until("drawn again") { rotated.drawn.firstOrNull()?.field?.requestFocus() == true }
        until("told again") { rotated.drawn.first().card.problem == "This cannot be negative" }
        assertEquals("-1", phone.field(rotated, "Planned (or due)").text.toString())
        phone.answer(rotated, "Planned (or due)", "9")
        assertFalse(words(rotated), words(rotated).contains("This cannot be negative"))
    }

    @Test fun the_faults_that_were_found_are_added_saved_and_removed_with_a_reason() {
        val screen = streets()
        phone.turn(screen, "R2")
        assertEquals(listOf("Was any found?"), labels(screen))
        pick(screen, "Was any found?", "Yes")
        until("faults may be added") { screen.drawn.any { it.card.kind == Kind.ADD } }
        press(screen, "+ Fault")
        until("the first") { "What is wrong" in labels(screen) }
        phone.answer(screen, "What is wrong", "断板")
        phone.answer(screen, "Position", "43.6 122.2")
        phone.kill()
        val again = phone.record("roads")
        phone.turn(again, "R2")
        assertEquals("断板", phone.field(again, "What is wrong").text.toString())
        assertEquals("43.6 122.2 0.0 0.0", phone.field(again, "Position").text.toString())
        press(again, again.getString(R.string.record_remove))
        asked<EditText>().first().setText("看错了")
        yes()
        until("gone") { again.isSaved && "What is wrong" !in labels(again) }
        assertTrue(core { it.history(again.place, null) }.any { it.value.contains("看错了") })
    }

    @Test fun a_dispute_shows_both_values_with_their_scores_and_is_settled_by_the_team_lead() {
        val mine = streets("siqin")
        phone.office.phone("batu", "sync")
        phone.office.phone("batu", "answer", Office.SITE, "roads", "r1_planned=10", "r1_done=5")
        phone.office.phone("batu", "sync")
        phone.turn(mine, "R1")
        phone.answer(mine, "Planned (or due)", "10")
        phone.answer(mine, "Done (or present)", "8")
        core { core -> core.sync().collect {} }
        val screen = phone.record("roads")
        phone.turn(screen, "R1")
        val shown = words(screen)
        for (part in listOf("siqin", "batu", screen.getString(R.string.dispute_scores, "28"), screen.getString(R.string.dispute_scores, "17.5"))) assertTrue(shown, shown.contains(part))
        assertEquals(1, screen.sheet.pages[screen.sheet.page].disputed)
        press(screen, R.string.dispute_settle)
        asked<RadioGroup>().first().check(screen.drawn[1].card.rivals.indexOfFirst { it.value == "5" } + 1)
        asked<EditText>().last().setText("复查过")
        yes()
        until("settled") { screen.problem.isShown || screen.drawn[1].card.contests.isEmpty() }
        assertEquals("", screen.problem.text.toString())
        assertEquals("5", phone.field(screen, "Done (or present)").text.toString())
    }

    @Test fun the_last_page_tells_how_far_each_card_is_and_takes_the_signature() {
        val screen = streets()
        phone.turn(screen, "R4")
        choose(screen, "Grade", "Good")
        phone.turn(screen, "the end")
        val shown = words(screen)
        assertTrue(shown, shown.contains("R4 Shoulder, side ditch, drainage") && shown.contains(screen.getString(R.string.page_answered, 1, 1)))
        press(screen, R.string.record_sign)
        yes()
        until("signed") { screen.sheet.signed.singleOrNull()?.current == true }
        assertTrue(screen.sheet.isLast)
    }

    @Test fun a_record_that_was_sent_back_says_so_in_the_lists_and_why() {
        val screen = streets()
        phone.turn(screen, "R4")
        choose(screen, "Grade", "Good")
        core { core -> core.sync().collect {} }
        val link = phone.office.invite("wurina")
        core {
            val supervisor = org.sumu.core.open(java.io.File(app.noBackupFilesDir, "wurina.db").path, null).device
            supervisor.enrol(link)
            supervisor.sync(null)
            val place = org.sumu.core.Place(Office.SITE, "roads")
            supervisor.review(place, true, "照片不清", supervisor.record(place).heads)
            supervisor.sync(null)
            supervisor.shut()
            it.sync().collect {}
        }
        assertEquals(1, core { it.sitesOf(listOf(Office.SITE)) }.single().sentBack)
        val site = phone.open(SiteActivity::class.java, SiteActivity.intent(app, Office.SITE, Office.NAME)).get()
        until("items") { site.body.childCount == 10 }
        assertTrue(words(site), words(site).contains(site.getString(R.string.sent_back)))
        assertTrue(words(phone.record("roads")).contains("照片不清"))
    }
}
