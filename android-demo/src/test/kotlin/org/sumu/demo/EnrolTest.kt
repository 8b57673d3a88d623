package org.sumu.demo

import android.app.Activity
import android.content.Intent
import android.graphics.Bitmap
import android.graphics.Color
import android.net.Uri
import android.provider.MediaStore
import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.sumu.demo.enrol.EnrolActivity
import org.sumu.demo.enrol.PhotoProvider
import org.sumu.demo.enrol.QrPhoto

@RunWith(RobolectricTestRunner::class)
class EnrolTest {
    @get:Rule val phone = Phone()

    @Test fun a_pasted_link_shows_server_person_and_areas_before_anything_is_downloaded() {
        val screen = phone.open<EnrolActivity>()
        screen.link.setText(phone.office.invite("batu"))
        press(screen, R.string.enrol_continue)
        until("joined") { words(screen).contains("巴图") }
        assertTrue(words(screen), words(screen).contains(phone.office.url) && words(screen).contains(Office.AREA))
        assertEquals(0, core { it.sites(null, "", null) }.size)
        press(screen, R.string.enrol_first_sync)
        until("downloaded") { screen.isFinishing }
        assertTrue(core { it.sites(null, "", null) }.isNotEmpty())
    }

    @Test fun a_link_in_a_message_is_taken_from_either_scheme() {
        val link = "https://sumu.example/enrol#c0de.x"
        assertEquals(link, EnrolActivity.linkOf(Intent(Intent.ACTION_VIEW, Uri.parse(link))))
        assertEquals(link, EnrolActivity.linkOf(Intent(Intent.ACTION_VIEW, Uri.parse("sumu" + link.removePrefix("https")))))
        val screen = phone.open(EnrolActivity::class.java, Intent(Intent.ACTION_VIEW, Uri.parse(link), app, EnrolActivity::class.java)).get()
        assertEquals(link, screen.link.text.toString())
    }

    @Test fun a_used_link_says_what_to_do_and_changes_nothing() {
        val link = phone.office.invite("batu")
        phone.office.phone("siqin", "status", "--json")
        val screen = phone.open<EnrolActivity>()
        screen.link.setText(link.dropLast(3))
        press(screen, R.string.enrol_continue)
        until("a problem") { screen.problem.isShown }
        assertNull(core { it.person() })
        assertTrue(screen.go.isEnabled)
    }

    @Test fun the_offices_code_is_read_from_a_photo_and_the_photo_is_deleted() {
        Robolectric.setupContentProvider(PhotoProvider::class.java, "org.sumu.demo.photos")
        val screen = phone.open<EnrolActivity>()
        press(screen, R.string.enrol_photo)
        val camera = shadowOf(screen).nextStartedActivityForResult
        assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, camera.intent.action)
        @Suppress("DEPRECATION") val place = camera.intent.getParcelableExtra<Uri>(MediaStore.EXTRA_OUTPUT)!!
        val link = "https://sumu.example:8443/enrol#aB3_-xaB3_-xaB3_-x.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        app.contentResolver.openOutputStream(place)!!.use { picture(link).compress(Bitmap.CompressFormat.JPEG, 80, it) }
        shadowOf(screen).receiveResult(camera.intent, Activity.RESULT_OK, null)
        until("the link") { screen.link.text.toString() == link }
        assertFalse(PhotoProvider.at(app, place.lastPathSegment!!).exists())
    }

    @Test fun a_photo_without_a_code_has_none() {
        assertNull(QrPhoto.read(Bitmap.createBitmap(400, 300, Bitmap.Config.ARGB_8888).apply { eraseColor(Color.GRAY) }))
    }

    /** The code as a photo shows it: grey on grey, small in a large picture. */
    private fun picture(words: String): Bitmap {
        val code = QRCodeWriter().encode(words, BarcodeFormat.QR_CODE, 700, 700)
        return Bitmap.createBitmap(1400, 1000, Bitmap.Config.ARGB_8888).apply {
            eraseColor(Color.rgb(190, 188, 180))
            for (x in 0 until 700) for (y in 0 until 700) setPixel(x + 300, y + 150, if (code[x, y]) Color.rgb(40, 42, 50) else Color.rgb(205, 203, 196))
        }
    }
}
