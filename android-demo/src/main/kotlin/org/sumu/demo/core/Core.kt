package org.sumu.demo.core

import android.content.Context
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.sumu.core.Device
import org.sumu.core.Opened
import org.sumu.core.ProgressListener
import org.sumu.core.Progress
import org.sumu.core.Put
import org.sumu.core.RoundRow
import org.sumu.core.SiteQuery
import org.sumu.core.SumuException
import org.sumu.core.Value
import org.sumu.core.open
import org.sumu.core.recover
import org.sumu.core.salvage
import org.sumu.demo.record.Sheet
import java.io.File
import org.sumu.core.Place as CorePlace

/** The bindings' calls, away from the drawing thread. */
class Core private constructor(private val device: Device, val setAside: String?) {
    /** Returns who works with this phone, or nothing before it joined. */
    suspend fun person(): Person? = call { identity()?.let { Person.of(it) } }

    /** Joins by a link. */
    suspend fun join(link: String): Person = Person.of(device.enrol(link))

    /** Makes the code that opens the file when the phone loses its key; one made earlier opens nothing any more. */
    suspend fun newRecoveryCode(): String = call { recoveryCode() }

    /** Returns the divisions to choose from: the person's own areas, and what lies right below a single one. */
    suspend fun areas(): List<Area> = call {
        val own = identity()?.roles.orEmpty().flatMap { it.areas }.distinct().sorted()
        val names = regions(null).associate { it.code to it.name }
        val below = if (own.size == 1) regions(own.single()).map { Area(it.code, it.name) } else emptyList()
        own.map { Area(it, names[it] ?: it) } + below
    }

    /** Returns the rounds that take work. */
    suspend fun rounds(): List<RoundRow> = call { open() }

    /** Returns a page of places, in the order of their codes, after the last of the page before. */
    suspend fun sites(area: String?, find: String, after: String?): List<Site> =
        call { sites(SiteQuery(area = area, find = find, round = null, after = after, limit = PAGE)).map { Site.of(it) } }

    /** Returns single places. */
    suspend fun sitesOf(ids: List<String>): List<Site> =
        call { ids.mapNotNull { id -> sites(SiteQuery(area = null, find = id, round = null, after = null, limit = 1u)).firstOrNull { it.site == id } }.map { Site.of(it) } }

    /** Returns the items of a place in each open round. */
    suspend fun items(site: String, language: String): List<ItemState> =
        call { open().flatMap { round -> itemsAt(site, round.handle).map { ItemState.of(it, round.handle, language) } } }

    /** Returns a record as a screen draws it. */
    suspend fun sheet(place: Place): Sheet = call { sheetOf(record(place.core)) }

    /** Opens a record for work, with its form in a language if it has one. */
    suspend fun draft(place: Place, language: String): Draft = call { Draft(this, place, fill(place.core, language)) }

    /** Saves answers as one change; it is durable when this returns. */
    suspend fun answer(place: Place, puts: Map<String, String>) {
        call { answer(place.core, puts.map { (key, words) -> Put(key, valueOf(words)) }) }
    }

    /** Ends a dispute by one of the rivals or another value. */
    suspend fun settle(place: Place, key: String, words: String, reason: String) {
        call {
            val record = record(place.core)
            val rivals = (record.answers + record.others + record.disputes).firstOrNull { it.key == key }?.dispute.orEmpty()
            // A form reads any words in the type of its question.
            val other = { if (fill(place.core, "")?.use { true } == true) Value.Text(words) else valueOf(words) }
            settle(place.core, key, rivals.firstOrNull { it.text == words }?.value ?: other(), reason)
        }
    }

    /** Signs a record as it was seen. */
    suspend fun sign(place: Place, heads: List<String>) { call { sign(place.core, heads) } }

    suspend fun void(place: Place, reason: String) { call { voidRecord(place.core, reason) } }

    suspend fun lift(place: Place, reason: String) { call { liftVoid(place.core, reason) } }

    /** Returns the puts of a record or of one question, oldest first; questions are called as the form calls them, if there is one. */
    suspend fun history(place: Place, key: String?, language: String = ""): List<Past> = call {
        val asked = fill(place.core, language)?.use { form -> form.cards().flatMap { form.rows(it.number, 0u, PAGE) }.associateBy { it.key } }.orEmpty()
        val rows = ArrayList<Past>()
        do {
            val page = history(place.core, rows.size.toUInt(), PAGE)
            rows += page.map { Past.of(it, asked[it.key]) }
        } while (page.size == PAGE.toInt())
        if (key == null) rows else rows.filter { it.key == key }
    }

    suspend fun status(): Status = call { Status.of(status()) }

    /** Writes all unsent work and all answers into a new file; returns how many changes and answers. */
    suspend fun export(file: File): Pair<Long, Long> = call {
        file.delete()
        exportWork(file.path).let { it.unsent.toLong() to it.answers.toLong() }
    }

    /** Syncs while it is collected. A slow reader sees the newest step only; to stop collecting stops the sync, and what came stays. */
    fun sync(): Flow<Step> = callbackFlow {
        val listener = object : ProgressListener {
            override fun onProgress(progress: Progress) {
                trySend(Step.of(progress))
            }
        }
        val sync = launch(Dispatchers.IO) {
            try {
                send(Step.of(device.sync(listener)))
                close()
            } catch (error: SumuException) {
                close(error)
            }
        }
        awaitClose { sync.cancel() }
    }.conflate()

    /** Closes the file; the key is wiped from memory. */
    suspend fun close() {
        device.shut()
        device.close()
    }

    private suspend fun <T> call(act: Device.() -> T): T = withContext(Dispatchers.IO) { device.act() }

    private fun Device.open(): List<RoundRow> = rounds().filter { it.state == "open" }

    companion object {
        private const val PAGE = 100u
        private fun file(app: Context) = File(app.noBackupFilesDir, "sumu.db")
        private fun keys(app: Context) = KeyBox.In(File(app.noBackupFilesDir, "key"))
        private fun of(opened: Opened) = Core(opened.device, opened.setAside)

        /** Opens this phone's file, or makes it with a fresh key. */
        suspend fun open(app: Context): Core = withContext(Dispatchers.IO) { of(open(file(app).path, keys(app))) }

        /** Opens this phone's file by its recovery code and keeps its key again. */
        suspend fun recover(app: Context, code: String): Core =
            withContext(Dispatchers.IO) { of(recover(file(app).path, code, keys(app))) }

        /** Moves the file that cannot be opened out of the way, and its key's box with it; nothing is deleted. */
        suspend fun setAside(app: Context) = withContext(Dispatchers.IO) {
            org.sumu.core.setAside(file(app).path)
            val box = File(app.noBackupFilesDir, "key")
            if (box.exists()) box.renameTo(File(box.path + ".aside-" + System.currentTimeMillis()))
        }

        /** Returns the files that were set aside because they were damaged. */
        fun damaged(app: Context): List<File> = app.noBackupFilesDir.listFiles().orEmpty().filter { DAMAGED.matches(it.name) }.sorted()

        /** Writes what can still be read of a damaged file into a new one; returns how many changes and answers. */
        suspend fun salvage(app: Context, damaged: File, out: File): Pair<Long, Long> = withContext(Dispatchers.IO) {
            out.delete()
            salvage(damaged.path, out.path, keys(app)).let { it.changes.toLong() to it.answers.toLong() }
        }

        private val DAMAGED = Regex("sumu\\.db\\.damaged-[0-9]+-[0-9]+")
    }
}

internal val Place.core get() = CorePlace(site, item, round)

/** Reads what was typed where no form says what it is: a number, yes or no, or words; nothing clears. */
internal fun valueOf(words: String): Value = when {
    words.isEmpty() -> Value.Null
    words == "true" || words == "false" -> Value.Bool(words == "true")
    words.length < 18 && WHOLE.matches(words) -> Value.Int(words.toLong())
    words.length < 18 && DECIMAL.matches(words) -> Value.Decimal(words.toDouble())
    else -> Value.Text(words)
}

private val WHOLE = Regex("-?(0|[1-9][0-9]*)")
private val DECIMAL = Regex("-?(0|[1-9][0-9]*)\\.[0-9]+")

/** Whether the file's key is wrong or lost. */
val SumuException.isLocked: Boolean get() = this is SumuException.Locked
