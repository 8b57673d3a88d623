package org.sumu.demo.core

import org.sumu.core.FormRow
import org.sumu.core.HistoryRow
import org.sumu.core.Identity
import org.sumu.core.ItemAt
import org.sumu.core.Progress
import org.sumu.core.SiteRow
import org.sumu.core.Stuck
import org.sumu.core.SyncReport
import org.sumu.demo.R
import org.sumu.core.Status as CoreStatus

/** Who works with this phone. */
data class Person(val handle: String, val name: String, val areas: List<String>, val server: String) {
    companion object {
        fun of(core: Identity) = Person(core.handle, core.name, core.roles.flatMap { it.areas }.distinct(), core.serverUrl)
    }
}

/** A division to choose. */
data class Area(val code: String, val name: String)

/** A place of the list with the counts of the open rounds. */
data class Site(val id: String, val name: String, val done: Int, val of: Int, val disputed: Int, val unsent: Int, val sentBack: Int) {
    companion object {
        fun of(core: SiteRow) = Site(core.site, core.name, core.done.toInt(), core.of.toInt(), core.disputed.toInt(), core.unsent.toInt(),
            core.sentBack.toInt())
    }
}

/** Where a record belongs. */
data class Place(val site: String, val item: String, val round: String)

/** One item at a place in one round, and how far its record is. */
data class ItemState(val handle: String, val name: String, val round: String, val done: Boolean, val disputed: Int, val unsent: Int, val signed: Boolean,
    val sentBack: Boolean) {
    companion object {
        fun of(core: ItemAt, round: String, language: String) = ItemState(core.handle, if (language == "zh") core.nameZh else core.nameEn,
            round, core.done, core.disputed.toInt(), core.unsent.toInt(), core.signed > 0u, core.sentBack)
    }
}

/** One put of a record's history, [at] in milliseconds since 1970; [state] is a text of the app. */
data class Past(val key: String, val question: String, val value: String, val by: String, val at: Long, val state: Int) {
    companion object {
        fun of(core: HistoryRow, asked: FormRow?) = Past(core.key, asked?.label ?: core.key,
            asked?.choices?.firstOrNull { it.name == core.text }?.label ?: core.text, core.by, core.atMs, when (core.verdict) {
            null -> R.string.history_waiting
            "pending" -> R.string.history_pending
            "parked" -> R.string.history_parked
            "refused" -> R.string.history_refused
            else -> R.string.history_taken
        })
    }
}

/** A change that is not taken, and why. */
data class Held(val change: String, val reason: String) {
    companion object {
        fun of(core: Stuck) = Held(core.change.take(8), core.reason)
    }
}

/** How much the server holds, and what does not get there; times in milliseconds. */
data class Status(
    val records: Long,
    val synced: Long,
    val unsent: Long,
    val pending: Long,
    val parked: List<Held>,
    val refused: List<Held>,
    val lastSync: Long?,
    val clockAhead: Long?,
    val stopped: String?,
) {
    companion object {
        fun of(core: CoreStatus) = Status(core.records.toLong(), core.synced.toLong(), core.unsent.toLong(), core.pending.toLong(),
            core.parked.map { Held.of(it) }, core.refused.map { Held.of(it) }, core.lastSyncMs, core.clockAheadMs, core.stopped)
    }
}

/** How a sync goes on. */
sealed class Step {
    data class Going(val left: Long, val records: Long, val synced: Long?, val up: Long, val down: Long) : Step()
    data class Again(val wait: Long) : Step()
    data class Done(val up: Long, val down: Long, val bytes: Long) : Step()

    companion object {
        fun of(core: Progress): Step = core.retryInMs?.let { Again(it.toLong()) }
            ?: Going(core.left.toLong(), core.records.toLong(), core.synced?.toLong(), core.bytesUp.toLong(), core.bytesDown.toLong())

        fun of(core: SyncReport): Step = Done(core.changesUp.toLong(), core.changesDown.toLong(), (core.bytesUp + core.bytesDown).toLong())
    }
}
