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
import org.sumu.core.Filling
import org.sumu.core.Place
import org.sumu.core.Put
import org.sumu.core.RowKind
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
        phone.office.form("roads", "tenfold")
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
        val formed = Place(Office.SITE, "roads")
        val filling = device.fill(formed, "zh") ?: error("the item has its form")
        val answered = answerAll(filling)
        check(answered >= 60) { "$answered answers" }
        filling.save()
        val first = filling.cards().first { it.questions > 0u }
        val row = filling.rows(first.number, 0u, 200u).first { it.kind is RowKind.Whole || it.kind is RowKind.Decimal }
        val more = listOf(
            "opening a record of $answered answers with a form of 190 questions" to median(50) { device.fill(formed, "zh")?.close() },
            "its cards, with how far each is" to median(50) { filling.cards() },
            "what one of its cards shows" to median(100) { filling.rows(first.number, 0u, 200u) },
            "an answer, with all that depends on it" to median(100) { filling.answer(row.path, (5 + round++ % 2).toString()) },
            "saving it, on the disk when it returns" to median(100) { filling.answer(row.path, (5 + round++ % 2).toString()); filling.save() },
        )
        filling.close()
        device.shut()
        return table + more
    }

    /** Answers whatever the form of all ten items asks; returns how many answers that makes. */
    private fun answerAll(filling: Filling): Int {
        for (card in filling.cards()) for (row in filling.rows(card.number, 0u, 200u)) when (row.kind) {
            is RowKind.Whole, is RowKind.Decimal -> filling.answer(row.path, "5")
            is RowKind.One -> filling.answer(row.path, row.choices.last().name)
            is RowKind.Text -> filling.answer(row.path, "管道入户 43 户")
            else -> Unit
        }
        return filling.cards().sumOf { it.answered.toInt() }
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
