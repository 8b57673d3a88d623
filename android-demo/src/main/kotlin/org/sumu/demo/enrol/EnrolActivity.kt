package org.sumu.demo.enrol

import android.app.AlertDialog
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.MediaStore
import android.text.InputType
import android.view.View
import android.widget.Button
import android.widget.EditText
import android.widget.LinearLayout
import android.widget.TextView
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.withContext
import org.sumu.demo.R
import org.sumu.demo.core.Person
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.ask
import org.sumu.demo.screen.button
import org.sumu.demo.screen.card
import org.sumu.demo.screen.column
import org.sumu.demo.screen.put
import org.sumu.demo.screen.small
import org.sumu.demo.screen.text
import org.sumu.demo.sites.SitesActivity
import org.sumu.demo.sync.SyncJob
import org.sumu.demo.sync.told

/** Joins this phone to a person at the office: by a pasted link, a link in a message, or the office's QR code. */
class EnrolActivity : Screen() {
    lateinit var link: EditText
    lateinit var go: Button
    lateinit var body: LinearLayout
    var download: Job? = null
        private set
    lateinit var progress: TextView
    private var photo: String? = null

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        photo = state?.getString(PHOTO)
        body = column(gap = 12)
        show(getString(R.string.enrol_title), body, marks = arrayOf(settingsMark()))
        ask(state?.getString(LINK) ?: linkOf(intent))
        work { core ->
            if (core.setAside != null) tell(getString(R.string.damaged_how))
            if (intent.hasExtra(JOINED)) core.person()?.let(::joined)
        }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        ask(linkOf(intent))
    }

    override fun onSaveInstanceState(out: Bundle) {
        super.onSaveInstanceState(out)
        // The camera takes the memory of small phones: this screen may be made anew before the photo is there.
        out.putString(PHOTO, photo)
        if (::link.isInitialized) out.putString(LINK, link.text.toString())
    }

    private fun ask(known: String?) {
        tell(null as String?)
        body.removeAllViews()
        link = EditText(this).apply {
            id = R.id.link
            hint = "https://…/enrol#…"
            inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
            importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO
            setText(known ?: "")
        }
        go = button(getString(R.string.enrol_continue), strong = true) { join(link.text.toString().trim()) }
        body.put(text(getString(R.string.enrol_how)))
        body.put(small(getString(R.string.enrol_link)).apply { labelFor = R.id.link }, 16)
        body.put(link, 0)
        body.put(go)
        body.put(button(getString(R.string.enrol_photo)) { photograph() })
    }

    private fun join(words: String) = work(go) { core ->
        tell(null as String?)
        val person = core.join(words)
        joined(person)
        showCode(core.newRecoveryCode())
    }

    /** Shows who this phone works for now, and what is to come. */
    private fun joined(person: Person) {
        body.removeAllViews()
        progress = text("").apply { visibility = View.GONE; accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE }
        fun line(label: Int, words: String) = column(small(getString(label)), text(words), gap = 0)
        body.put(text(getString(R.string.enrol_joined), 18f, bold = true))
        body.put(card(line(R.string.enrol_server, person.server), line(R.string.enrol_person, person.name),
            line(R.string.enrol_areas, person.areas.joinToString("、"))))
        body.put(text(getString(R.string.enrol_download)))
        body.put(progress)
        go = button(getString(R.string.enrol_first_sync), strong = true) { if (download?.isActive == true) download?.cancel() else fetch() }
        body.put(go)
        body.put(button(getString(R.string.enrol_later)) { leave() })
    }

    private fun fetch() {
        progress.visibility = View.VISIBLE
        progress.text = getString(R.string.sync_connecting)
        go.text = getString(R.string.sync_stop)
        download = work { core ->
            tell(null as String?)
            try {
                core.sync().collect { step -> progress.text = told(step) }
                SyncJob.schedule(this@EnrolActivity)
                leave()
            } finally {
                go.text = getString(R.string.enrol_first_sync)
                if (download?.isCancelled == true) progress.text = getString(R.string.sync_stopped)
            }
        }
    }

    private fun leave() {
        startActivity(Intent(this, SitesActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_CLEAR_TOP))
        finish()
    }

    private fun showCode(code: String) {
        AlertDialog.Builder(this).setTitle(R.string.enrol_code_title)
            .setMessage(getString(R.string.enrol_code_why) + "\n\n" + code)
            .setPositiveButton(R.string.enrol_code_kept, null).setCancelable(false).ask()
    }

    private fun photograph() {
        val name = "qr-" + System.currentTimeMillis().toString() + ".jpg"
        val place = PhotoProvider.uri(name)
        val camera = Intent(MediaStore.ACTION_IMAGE_CAPTURE).putExtra(MediaStore.EXTRA_OUTPUT, place)
            .addFlags(Intent.FLAG_GRANT_WRITE_URI_PERMISSION or Intent.FLAG_GRANT_READ_URI_PERMISSION)
        // Older cameras take the permission from the clip only.
        camera.clipData = ClipData.newRawUri(null, place)
        try {
            photo = name
            @Suppress("DEPRECATION") // Its successor is not part of the framework.
            startActivityForResult(camera, TAKE)
        } catch (_: ActivityNotFoundException) {
            tell(getString(R.string.enrol_no_camera))
        }
    }

    @Deprecated("Its successor is not part of the framework.")
    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val name = photo ?: return
        photo = null
        if (request != TAKE || result != RESULT_OK) return
        read(name)
    }

    private fun read(name: String) = work {
        val file = PhotoProvider.at(this@EnrolActivity, name)
        // The photo shows a secret: it goes as soon as it is read.
        val words = withContext(Dispatchers.Default) { QrPhoto.read(file).also { file.delete() } }
        if (words == null) tell(getString(R.string.enrol_no_code)) else ask(words)
    }

    companion object {
        private const val TAKE = 1
        private const val PHOTO = "photo"
        private const val LINK = "link"

        /** Set when the phone has joined already and waits for its first sync. */
        const val JOINED = "joined"

        /** Returns the link of a message; behind sumu:// stands the same link as behind https://. */
        fun linkOf(intent: Intent): String? {
            val link: Uri = intent.data ?: return null
            return if (link.scheme == "sumu") "https" + link.toString().removePrefix("sumu") else link.toString()
        }
    }
}
