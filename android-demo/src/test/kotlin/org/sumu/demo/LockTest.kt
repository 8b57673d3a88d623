package org.sumu.demo

import android.app.Activity
import android.content.Intent
import android.net.Uri
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.sumu.demo.core.Place
import org.sumu.demo.enrol.EnrolActivity
import org.sumu.demo.enrol.UnlockActivity
import org.sumu.demo.settings.SettingsActivity
import org.sumu.demo.sites.SitesActivity
import java.io.File
import java.io.RandomAccessFile
import java.nio.file.Files

/** What happens to the phone's file when its key or its room is gone. */
@RunWith(RobolectricTestRunner::class)
class LockTest {
    @get:Rule val phone = Phone()

    private val place = Place(Office.SITE, "water", "2026-autumn")

    @Test fun the_file_is_encrypted() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        assertTrue(!String(phone.file.readBytes().copyOf(16), Charsets.ISO_8859_1).startsWith("SQLite"))
    }

    @Test fun a_lost_key_touches_nothing_and_the_recovery_code_opens_the_work_again() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        val code = core { it.newRecoveryCode() }
        phone.kill()
        val before = phone.file.readBytes()
        FakeKeyStore.loseAllKeys()
        val sites = phone.open<SitesActivity>()
        until("the way out") { shadowOf(sites).peekNextStartedActivity() != null }
        assertEquals(UnlockActivity::class.java.name, shadowOf(sites).nextStartedActivity.component?.className)
        val screen = phone.open<UnlockActivity>()
        screen.code.setText("0000-0000-0000-0000-0000-0000-0000")
        press(screen, R.string.locked_open)
        until("a wrong code is told") { screen.problem.isShown }
        assertArrayEquals(before, phone.file.readBytes())
        screen.code.setText(code.lowercase())
        press(screen, R.string.locked_open)
        until("open again") { screen.isFinishing }
        assertEquals("10", core { it.sheet(place) }.cards.single().value)
        phone.kill()
        assertEquals("10", core { it.sheet(place) }.cards.single().value)
    }

    @Test fun without_key_and_code_the_phone_starts_anew_and_the_old_file_is_kept_as_it_was() {
        phone.joined()
        phone.kill()
        val before = phone.file.readBytes()
        FakeKeyStore.loseAllKeys()
        val screen = phone.open<UnlockActivity>()
        press(screen, R.string.locked_anew)
        yes()
        until("a new start") { screen.isFinishing || screen.problem.isShown }
        assertEquals("", screen.problem.text.toString())
        assertNull(core { it.person() })
        val kept = app.noBackupFilesDir.listFiles()!!.filter { it.name.startsWith("sumu.db.damaged-") && it.length() > 0 }
        assertTrue("$kept", kept.any { it.readBytes().contentEquals(before) })
        assertTrue("the key's box is kept too", app.noBackupFilesDir.listFiles()!!.any { it.name.startsWith("key.aside-") })
    }

    @Test fun a_damaged_file_is_told_and_what_can_be_read_of_it_is_saved() {
        phone.joined()
        core { it.answer(place, mapOf("W1" to "10")) }
        phone.kill()
        RandomAccessFile(phone.file, "rw").use { it.seek(it.length() / 2); it.write(ByteArray(8192) { 0x5a }) }
        val screen = phone.open<EnrolActivity>()
        until("told") { screen.problem.isShown }
        assertEquals(app.getString(R.string.damaged_how), screen.problem.text.toString())

        val settings = phone.open<SettingsActivity>()
        press(settings, R.string.damaged_save)
        val asked = shadowOf(settings).nextStartedActivityForResult
        val out = File(app.cacheDir, "saved.jsonl")
        shadowOf(settings).receiveResult(asked.intent, Activity.RESULT_OK, Intent().setData(Uri.fromFile(out)))
        until("saved") { settings.exported.isShown || settings.problem.isShown }
        assertEquals("", settings.problem.text.toString())
        assertTrue(out.readText(), out.readLines().any { it.contains("W1") })
    }

    @Test fun a_full_disk_is_told_keeps_the_words_in_the_field_and_saves_them_when_there_is_room_again() {
        val small = File(System.getProperty("small.dir"))
        assertTrue("target/android/small is no file system of its own; run the tests by .ci/android test", small.totalSpace in 1..8_000_000)
        // Asking for the folder makes it, so it is asked for once.
        val folder = app.noBackupFilesDir
        folder.deleteRecursively()
        Files.createSymbolicLink(folder.toPath(), small.toPath())
        try {
            phone.joined()
            core { it.answer(place, mapOf("W1" to "10")) }
            val filler = File(small, "filler")
            filler.outputStream().use { out -> try { while (true) out.write(ByteArray(4096)) } catch (_: java.io.IOException) { /* It is full. */ } }
            val screen = phone.record()
            phone.field(screen, "W1").setText("1" + "9".repeat(6000))
            until("told") { screen.problem.text.toString() == screen.getString(R.string.problem_full) }
            assertEquals(screen.getString(R.string.record_not_saved), screen.saved.text.toString())
            filler.delete()
            phone.field(screen, "W1").setText("8")
            phone.settled(screen)
            assertEquals("8", core { it.sheet(place) }.cards.single().value)
        } finally {
            phone.kill()
            small.listFiles().orEmpty().forEach { it.deleteRecursively() }
        }
    }
}
