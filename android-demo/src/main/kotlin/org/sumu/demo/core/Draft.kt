package org.sumu.demo.core

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.sumu.core.Device
import org.sumu.core.Filling
import org.sumu.core.Put
import org.sumu.core.SumuException
import org.sumu.demo.record.Sheet

/** A record that is open for work: its form filled in by one person, or its plain keys. One call at a time, off the drawing thread. */
class Draft internal constructor(private val device: Device, private val place: Place, private val filling: Filling?) {
    private val turn = Mutex()

    /** Whether a form reads the record. */
    val isFormed: Boolean get() = filling != null

    /** Draws a page. */
    suspend fun sheet(page: Int): Sheet = call { filling?.let { sheetOf(it, page) } ?: sheetOf(device.record(place.core)) }

    /**
     * Enters answers and saves what may stand of all that was entered, as one change; it is durable when this returns. Returns
     * what is not saved: by its id the words, and the author's message, or nothing where the words are no answer of that type.
     */
    suspend fun save(answers: Map<String, String>): Map<String, Unsaved> = call {
        val form = filling ?: run {
            device.answer(place.core, answers.map { (key, words) -> Put(key, valueOf(words)) })
            return@call emptyMap()
        }
        val refused = LinkedHashMap<String, Unsaved>()
        for ((path, words) in answers) try {
            form.answer(path, words)
        } catch (error: SumuException.Input) {
            // An instance that was removed meanwhile takes no answer.
            if (error.code == "wrong-answer") refused[path] = Unsaved(words, isAnswer = false)
        }
        val rows = form.save().wrong.mapNotNull { it.path }
        refused + rows.associateWith { Unsaved(answers[it], isAnswer = true) }
    }

    /** Adds an instance of a repeat. */
    suspend fun add(path: String) { call { filling?.add(path) } }

    /** Removes an instance of a repeat, and saves that. */
    suspend fun remove(path: String, reason: String) {
        call {
            filling?.remove(path, reason)
            filling?.save()
        }
    }

    /** Lets the form go. */
    fun close() { filling?.close() }

    private suspend fun <T> call(act: () -> T): T = withContext(Dispatchers.IO) { turn.withLock { act() } }

    /** Words that are not saved; [isAnswer] tells whether they are an answer of the question's type at all. */
    data class Unsaved(val words: String?, val isAnswer: Boolean)
}
