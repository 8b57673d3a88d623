package org.sumu.demo

import android.app.Application
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.sumu.demo.core.Core

/** Holds the one core of the process; the first screen that needs it opens it. */
class SumuApp : Application() {
    /** For saves that began: they end even when their screen is left. */
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main)

    /** The last save that began; the next one, and whoever reads a record anew, waits for it. */
    var saving: Job? = null

    private val opening = Mutex()
    private var open: Core? = null

    /** Returns the core; opens it the first time. */
    suspend fun core(): Core = opening.withLock { open ?: Core.open(this).also { open = it } }

    /** Opens the core by the recovery code, when the phone lost its key. */
    suspend fun recover(code: String) = opening.withLock {
        open?.close()
        open = Core.recover(this, code)
    }

    /** Sets aside the file that cannot be opened; the next call makes a new one. */
    suspend fun startAnew() = opening.withLock {
        open?.close()
        open = null
        Core.setAside(this)
    }

    /** Closes the core, as the end of the process would; the next call opens it anew. */
    suspend fun forget() = opening.withLock {
        open?.close()
        open = null
    }
}
