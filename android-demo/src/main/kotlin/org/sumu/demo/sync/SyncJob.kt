package org.sumu.demo.sync

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import org.sumu.core.SumuException
import org.sumu.demo.SumuApp

/** Syncs when there is a network. Nothing depends on it: many phones kill background work. */
class SyncJob : JobService() {
    var running: Job? = null
        private set

    override fun onStartJob(params: JobParameters): Boolean {
        val app = application as SumuApp
        running = app.scope.launch {
            try {
                val core = app.core()
                if (core.person() != null) core.sync().collect {}
            } catch (_: SumuException) {
                // The screens tell what is wrong; the job comes again.
            }
            jobFinished(params, false)
        }
        return true
    }

    override fun onStopJob(params: JobParameters): Boolean {
        running?.cancel()
        return true
    }

    companion object {
        const val ID = 7
        private const val EVERY = 30 * 60_000L
        private fun scheduler(context: Context) = context.getSystemService(Context.JOB_SCHEDULER_SERVICE) as JobScheduler

        /** Asks the phone to run the job about twice an hour while there is a network, also after a restart. */
        fun schedule(context: Context) {
            val job = JobInfo.Builder(ID, ComponentName(context, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY).setPersisted(true).setPeriodic(EVERY).build()
            scheduler(context).schedule(job)
        }

        fun isScheduled(context: Context) = scheduler(context).getPendingJob(ID) != null

        fun stop(context: Context) = scheduler(context).cancel(ID)
    }
}
