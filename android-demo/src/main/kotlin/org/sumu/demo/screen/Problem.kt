package org.sumu.demo.screen

import org.sumu.core.SumuException
import org.sumu.demo.R

/** Says what went wrong in the person's language, and what to do. */
fun Screen.words(error: SumuException): String = when (error) {
    is SumuException.Offline -> getString(R.string.problem_offline)
    is SumuException.Storage -> if (error.code == "storage-full") getString(R.string.problem_full) else getString(R.string.problem_other, error.detail)
    is SumuException.Locked -> getString(R.string.locked_wrong)
    is SumuException.Invite -> if (error.code == "signed-out") getString(R.string.problem_signed_out) else getString(R.string.problem_link, error.detail)
    is SumuException.Update -> getString(R.string.problem_update)
    is SumuException.Refused -> getString(R.string.problem_refused, error.detail)
    is SumuException.Changed -> getString(R.string.problem_changed)
    is SumuException.Input -> if (error.code == "bad-link") getString(R.string.problem_link, error.detail) else getString(R.string.problem_other, error.detail)
    is SumuException.Stopped -> getString(R.string.sync_stopped)
    is SumuException.Damaged, is SumuException.App -> getString(R.string.problem_other, error.message)
}
