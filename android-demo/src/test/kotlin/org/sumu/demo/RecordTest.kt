package org.sumu.demo

import android.app.AlertDialog
import android.widget.EditText
import android.widget.RadioGroup
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.sumu.demo.record.HistoryActivity
import org.sumu.demo.record.RecordActivity
import org.sumu.demo.sync.SyncActivity

@RunWith(RobolectricTestRunner::class)
class RecordTest {
    @get:Rule val phone = Phone()

    private fun add(screen: RecordActivity, key: String, value: String) {
        press(screen, R.string.record_add)
        val fields = asked<EditText>()
        fields[0].setText(key)
        fields[1].setText(value)
        yes()
        until("the new card") { screen.drawn.any { it.card.label == key } }
    }

    @Test fun answers_are_saved_offline_and_are_there_after_the_process_was_killed() {
        phone.joined()
        phone.office.close()
        val screen = phone.record()
        add(screen, "W1", "10")
        phone.answer(screen, "W1", "8")
        assertTrue(words(screen), words(screen).contains(screen.getString(R.string.record_saved)))
        phone.kill()
        val again = phone.record()
        assertEquals("8", phone.field(again, "W1").text.toString())
    }

    @Test fun what_is_typed_is_saved_after_a_pause_without_leaving_the_field() {
        phone.joined()
        val screen = phone.record()
        add(screen, "note", "a")
        val field = phone.field(screen, "note")
        field.requestFocus()
        field.setText("水井完好")
        phone.settled(screen)
        assertEquals("水井完好", core { it.sheet(screen.place) }.cards.single().value)
        assertTrue(phone.field(screen, "note").hasFocus())
    }

    @Test fun a_rotated_screen_loses_nothing() {
        phone.joined()
        val screen = phone.record()
        add(screen, "W1", "10")
        phone.field(screen, "W1").setText("7")
        val rotated = phone.rotated(screen)
        until("drawn again") { rotated.isDrawn && rotated.isSaved }
        assertEquals("7", phone.field(rotated, "W1").text.toString())
        assertEquals("7", core { it.sheet(screen.place) }.cards.single().value)
    }

    @Test fun different_answers_of_two_people_are_both_shown_and_settled_with_a_reason() {
        // Only a team lead or a supervisor may settle what somebody else answered.
        phone.joined("siqin")
        phone.office.phone("batu", "sync")
        phone.office.phone("batu", "answer", Office.SITE, "water", "W1=10")
        phone.office.phone("batu", "sync")
        val before = phone.record()
        add(before, "W1", "6")
        sync()
        val screen = phone.record()
        val shown = words(screen)
        assertTrue(shown, shown.contains("10") && shown.contains("6") && shown.contains("siqin") && shown.contains("batu"))
        press(screen, R.string.dispute_settle)
        yes()
        assertTrue(dialog<AlertDialog>().isShowing)
        asked<RadioGroup>().single().check(screen.sheet.cards.single().rivals.indexOfFirst { it.value == "10" } + 1)
        asked<EditText>().last().setText("复查过")
        yes()
        until("settled or refused") { screen.problem.isShown || screen.sheet.cards.single().rivals.isEmpty() }
        assertEquals("", screen.problem.text.toString())
        assertEquals("10", screen.sheet.cards.single().value)
        sync()
        assertTrue(phone.office.office("show", Office.SITE, "water").contains("10"))
    }

    private fun sync() {
        val screen = phone.open<SyncActivity>()
        screen.go.performClick()
        until("synced") { screen.running?.isCompleted == true && screen.go.isEnabled }
        assertEquals("", screen.problem.text.toString())
    }

    @Test fun a_signature_shows_under_the_record_and_says_when_the_record_changed_since() {
        phone.joined()
        val screen = phone.record()
        add(screen, "W1", "10")
        press(screen, R.string.record_sign)
        yes()
        until("signed") { screen.sheet.signed.singleOrNull()?.current == true }
        phone.answer(screen, "W1", "9")
        until("changed since") { screen.sheet.signed.singleOrNull()?.current == false }
        assertTrue(words(screen).contains(screen.getString(R.string.record_signed_changed)))
    }

    @Test fun the_history_of_an_answer_shows_every_value_newest_first() {
        phone.joined()
        val screen = phone.record()
        add(screen, "W1", "10")
        phone.answer(screen, "W1", "9")
        val past = phone.open(HistoryActivity::class.java, HistoryActivity.intent(app, screen.place, screen.sheet.cards.single().key)).get()
        until("two rows") { past.list.adapter.count == 2 }
        assertTrue(words(past.list.adapter.getView(0, null, past.list)).contains("9"))
        assertTrue(words(past.list.adapter.getView(1, null, past.list)).contains("10"))
    }
}
