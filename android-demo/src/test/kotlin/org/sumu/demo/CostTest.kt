package org.sumu.demo

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.sumu.core.Device
import org.sumu.core.Place
import org.sumu.core.Put
import org.sumu.core.SiteQuery
import org.sumu.core.Value
import org.sumu.core.open
import org.sumu.demo.core.KeyBox
import java.io.File

/** What the bindings' calls cost from Kotlin, over an encrypted file; the table goes to `cost.txt` beside the screens. */
@RunWith(RobolectricTestRunner::class)
class CostTest {
    @get:Rule val phone = Phone()

    @Test fun no_call_makes_a_person_wait() {
        val link = phone.office.invite("batu")
        val measured = CoroutineScope(Dispatchers.IO).async { runCatching { measure(link) } }
        until("the measurement", seconds = 180) { measured.isCompleted }
        val table = runBlocking { measured.await() }.getOrThrow()
        File(System.getProperty("screens.dir")).parentFile.resolve("cost.txt")
            .writeText(table.joinToString("") { (call, took) -> "| %s | %.3f ms |\n".format(call, took) })
        for ((call, took) in table) assertTrue("$call: $took ms", took < WAIT)
    }

    private suspend fun measure(link: String): List<Pair<String, Double>> {
        val keys = KeyBox.In(File(app.noBackupFilesDir, "cost.key"))
        val device = open(File(app.noBackupFilesDir, "cost.db").path, keys).device
        device.enrol(link)
        device.sync(null)
        val place = Place(Office.SITE, "water")
        device.answer(place, List(200) { Put("question_$it", Value.Int(it.toLong())) })
        var round = 0L
        val table = listOf(
            "a call that only asks for the time zone" to median(1000) { device.zone() },
            "a page of 50 sites" to median(100) { device.sites(SiteQuery(limit = 50u)) },
            "opening a record of 200 answers" to median(50) { device.record(place) },
            "saving a card in it, on the disk when it returns" to median(100) { save(device, place, round++) },
        )
        device.shut()
        return table
    }

    private fun save(device: Device, place: Place, round: Long) = device.answer(place, listOf(Put("question_7", Value.Int(10_000 + round))))

    private fun median(times: Int, call: () -> Unit): Double {
        val taken = List(times) {
            val begin = System.nanoTime()
            call()
            (System.nanoTime() - begin) / 1e6
        }
        return taken.sorted()[times / 2]
    }

    private companion object {
        /** Ten times what it takes on a desktop, and still no pause that a person minds. */
        const val WAIT = 300.0
    }
}
