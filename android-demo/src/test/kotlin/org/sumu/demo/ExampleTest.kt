package org.sumu.demo

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.sumu.core.Place
import org.sumu.core.Stated
import org.sumu.core.open
import org.sumu.demo.core.KeyBox
import java.io.File

/** The example of the bindings' README, as it stands there. */
@RunWith(RobolectricTestRunner::class)
class ExampleTest {
    @get:Rule val phone = Phone()

    /** Runs the example for a phone of its own; returns the codes and the rivals that it showed. */
    private fun run(who: String): Pair<List<String>, List<String>> {
        val folder = File(app.noBackupFilesDir, who).apply { mkdirs() }
        val keys = KeyBox.In(File(folder, "key"))
        val link = phone.office.invite(who)
        val codes = ArrayList<String>()
        val rivals = ArrayList<String>()
        val done = CoroutineScope(Dispatchers.IO).async {
            runCatching { example(folder.path, keys, link, { codes += it }, { seen -> rivals += seen.map(Stated::text) }) }
        }
        until("the example's end", seconds = 60) { done.isCompleted }
        runBlocking { done.await() }.getOrThrow()
        return codes to rivals
    }

    @Test fun the_readme_joins_and_answers_and_the_second_time_meets_a_dispute() {
        phone.office.phone("siqin", "sync")
        val (codes, none) = run("batu")
        assertTrue(codes.single(), Regex("([0-9A-Z]{4}-){6}[0-9A-Z]{4}").matches(codes.single()))
        assertEquals(emptyList<String>(), none)

        val first = Regex("[0-9]{12}").find(phone.office.phone("siqin", "sites"))!!.value
        phone.office.phone("siqin", "answer", first, "water", "well_depth=14")
        phone.office.phone("siqin", "sync")
        val (again, rivals) = run("batu")
        assertEquals("who has joined gets no new code", emptyList<String>(), again)
        assertEquals(setOf("12", "14"), rivals.toSet())
        assertTrue(phone.office.office("show", first, "water").contains("14"))
    }

    @Test fun the_readme_fills_a_form_in_and_tells_the_score() {
        phone.office.form("roads")
        val link = phone.office.invite("batu")
        val told = ArrayList<String>()
        core {
            val device = open(File(app.noBackupFilesDir, "form.db").path, null).device
            device.enrol(link)
            device.sync(null)
            formExample(device, Place(Office.SITE, "roads")) { words -> told += words }
            device.shut()
        }
        assertEquals(listOf("35.0 of 100.0"), told)
    }
}
