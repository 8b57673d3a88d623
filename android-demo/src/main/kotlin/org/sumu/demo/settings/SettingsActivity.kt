package org.sumu.demo.settings

import android.content.Intent
import android.os.Bundle
import android.view.View
import android.widget.Button
import android.widget.CheckBox
import android.widget.RadioButton
import android.widget.RadioGroup
import android.widget.TextView
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.sumu.demo.R
import org.sumu.demo.core.Core
import org.sumu.demo.enrol.EnrolActivity
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.button
import org.sumu.demo.screen.card
import org.sumu.demo.screen.column
import org.sumu.demo.screen.dp
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import org.sumu.demo.sync.SyncJob
import org.sumu.demo.sync.bytes
import java.io.File

/** Language, storage, export of unsynced work, who uses the phone, help, licences, version. */
class SettingsActivity : Screen() {
    lateinit var person: TextView
    lateinit var export: Button
    lateinit var exported: TextView
    private lateinit var damaged: List<File>

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        person = text("")
        exported = small("").apply { visibility = View.GONE }
        export = button(getString(R.string.settings_export)) { askWhere(EXPORT, "sumu-unsynced.jsonl") }
        val background = CheckBox(this).apply {
            setText(R.string.settings_background)
            textSize = 16f
            minHeight = dp(48)
            isChecked = SyncJob.isScheduled(this@SettingsActivity)
            setOnClickListener { if (isChecked) SyncJob.schedule(this@SettingsActivity) else SyncJob.stop(this@SettingsActivity) }
        }
        damaged = Core.damaged(this)
        val used = noBackupFilesDir.listFiles().orEmpty().sumOf(File::length)
        show(getString(R.string.settings_title), column(
            card(text(getString(R.string.settings_language), bold = true), languages()),
            card(text(getString(R.string.settings_person), bold = true), person,
                button(getString(R.string.settings_another)) { startActivity(Intent(this, EnrolActivity::class.java)) }),
            card(text(getString(R.string.settings_storage, bytes(this, used))), small(getString(R.string.settings_free, bytes(this, filesDir.usableSpace))), export, *rescues(), exported),
            card(background, small(getString(R.string.settings_background_hint))),
            card(text(getString(R.string.settings_help), bold = true), text(getString(R.string.settings_help_text))),
            card(text(getString(R.string.settings_licences), bold = true), small(LICENCES)),
            small(getString(R.string.settings_version, packageManager.getPackageInfo(packageName, 0).versionName)),
            gap = 12))
        work { core -> core.person()?.let { person.text = it.name + " · " + it.areas.joinToString("、") } }
    }

    private fun languages() = RadioGroup(this).apply {
        val chosen = Language.chosen(this@SettingsActivity)
        for ((tag, words) in listOf(null to getString(R.string.settings_language_phone), "zh" to "中文", "en" to "English")) addView(RadioButton(context).apply {
            text = words
            textSize = 16f
            minHeight = dp(48)
            id = View.generateViewId()
            isChecked = tag == chosen
            setOnClickListener {
                Language.choose(this@SettingsActivity, tag)
                recreate()
            }
        })
    }

    /** The person chooses the place of the file: a memory card, a USB stick, another app. */
    private fun askWhere(request: Int, name: String) {
        val place = Intent(Intent.ACTION_CREATE_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE)
            .setType("application/x-ndjson").putExtra(Intent.EXTRA_TITLE, name)
        try {
            @Suppress("DEPRECATION") // Its successor is not part of the framework.
            startActivityForResult(place, request)
        } catch (_: android.content.ActivityNotFoundException) {
            tell(getString(R.string.problem_other, "ACTION_CREATE_DOCUMENT"))
        }
    }

    /** For each damaged file that was set aside: what it is, and a button that saves what can be read of it. */
    private fun rescues(): Array<View> = damaged.flatMapIndexed { place, file ->
        listOf(small(getString(R.string.damaged_file, file.name), R.color.bad),
            button(getString(R.string.damaged_save)) { askWhere(SALVAGE + place, file.name + ".jsonl") })
    }.toTypedArray()

    @Deprecated("Its successor is not part of the framework.")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val place = data?.data ?: return
        val broken = damaged.getOrNull(request - SALVAGE)
        if (result == RESULT_OK) work(export) { core ->
            val file = File(cacheDir, "export.jsonl")
            try {
                val (changes, answers) = if (broken == null) core.export(file) else Core.salvage(this, broken, file)
                withContext(Dispatchers.IO) { contentResolver.openOutputStream(place, "w")?.use { out -> file.inputStream().use { it.copyTo(out) } } }
                exported.text = getString(R.string.settings_exported, changes, answers)
                exported.visibility = View.VISIBLE
            } catch (error: java.io.IOException) {
                tell(getString(R.string.problem_other, error.message))
            } finally {
                file.delete()
            }
        }
    }

    companion object {
        const val EXPORT = 2

        /** And up: the damaged files in their order. */
        const val SALVAGE = 100
        private const val LICENCES = "Sumu: MIT / Apache-2.0\nautomerge: MIT\nSQLite: public domain\nSQLCipher: BSD-3-Clause\nrustls: Apache-2.0 / ISC / MIT\nKotlin, kotlinx.coroutines, JNA, ZXing: Apache-2.0"
    }
}
