package org.sumu.demo

import android.app.Activity
import android.content.Intent
import android.widget.EditText
import org.junit.rules.ExternalResource
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.sumu.demo.enrol.EnrolActivity
import org.sumu.demo.record.RecordActivity
import org.sumu.demo.record.Sheet
import org.sumu.demo.sites.SitesActivity
import java.io.File

/** One phone and its office, made for a test and gone after it. */
class Phone : ExternalResource() {
    lateinit var office: Office
        private set
    private val open = ArrayList<ActivityController<*>>()

    override fun before() {
        FakeKeyStore.install()
        office = Office()
    }

    override fun after() {
        open.forEach { it.close() }
        open.clear()
        kill()
        office.close()
    }

    /** Opens a screen. */
    fun <A : Activity> open(kind: Class<A>, intent: Intent = Intent(RuntimeEnvironment.getApplication(), kind)): ActivityController<A> =
        Robolectric.buildActivity(kind, intent).setup().also { open += it }

    inline fun <reified A : Activity> open(): A = open(A::class.java).get()

    /** Ends what the process holds in memory, as the system does when it needs the room. */
    fun kill() {
        val done = java.util.concurrent.CountDownLatch(1)
        Thread { kotlinx.coroutines.runBlocking { app.forget() }; done.countDown() }.start()
        until("the core is closed") { done.count == 0L }
    }

    /** Enrols by the screen and makes the first sync. */
    fun joined(person: String = "batu") {
        val screen = open<EnrolActivity>()
        screen.link.setText(office.invite(person))
        screen.go.performClick()
        until("joined") { find(screen.window.decorView, screen.getString(R.string.enrol_joined)) != null }
        press(screen, R.string.enrol_first_sync)
        until("the list of places") { screen.isFinishing }
        check(shadowOf(screen).nextStartedActivity.component?.className == SitesActivity::class.java.name)
    }

    /** Opens a record. */
    fun record(item: String = "water", site: String = Office.SITE, name: String = item): RecordActivity {
        val screen = open(RecordActivity::class.java, RecordActivity.intent(app, site, item, "2026-autumn", name)).get()
        until("the record") { screen.isDrawn }
        return screen
    }

    /** Rotates a screen, which the system makes anew, and returns the new one. */
    @Suppress("UNCHECKED_CAST")
    fun <A : Activity> rotated(screen: A): A = open.first { it.get() === screen }.let { it as ActivityController<A> }.recreate().get()

    /** Types into a card and leaves it. */
    fun answer(screen: RecordActivity, label: String, value: String) {
        val field = field(screen, label)
        field.requestFocus()
        field.setText(value)
        field.clearFocus()
        settled(screen)
    }

    fun field(screen: RecordActivity, label: String): EditText =
        screen.drawn.first { it.card.label == label }.field as EditText

    /** Turns to the page of a form whose title begins so. */
    fun turn(screen: RecordActivity, title: String) {
        val number = screen.sheet.pages.firstOrNull { it.label.startsWith(title) }?.number ?: Sheet.ENDING
        screen.turn(number)
        until("the page $title") { screen.isSaved && screen.sheet.run { pages.getOrNull(page)?.number ?: Sheet.ENDING } == number }
    }

    /** Waits until everything that was typed is saved. */
    fun settled(screen: RecordActivity) = until("saved") { screen.isSaved }

    /** The folder that holds the phone's file. */
    val file: File get() = File(app.noBackupFilesDir, "sumu.db")
}
