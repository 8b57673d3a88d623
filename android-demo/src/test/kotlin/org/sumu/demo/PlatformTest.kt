package org.sumu.demo

import android.app.job.JobParameters
import android.os.PersistableBundle
import android.view.WindowManager
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Assert.fail
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.sumu.demo.core.KeyBox
import org.sumu.demo.enrol.EnrolActivity
import org.sumu.demo.enrol.PhotoProvider
import java.io.File
import java.io.FileNotFoundException

@RunWith(RobolectricTestRunner::class)
class PlatformTest {
    @Test fun the_camera_writes_into_the_apps_cache_and_nowhere_else() {
        Robolectric.setupContentProvider(PhotoProvider::class.java, "org.sumu.demo.photos")
        val resolver = app.contentResolver
        val place = PhotoProvider.uri("qr-1.jpg")
        resolver.openOutputStream(place)!!.use { it.write(ByteArray(1000)) }
        assertEquals(1000, File(app.cacheDir, "photos/qr-1.jpg").length())
        for (bad in listOf("..%2Fcore.db", "A.jpg", "x/y.jpg", "")) {
            try {
                resolver.openFileDescriptor(PhotoProvider.uri(bad), "r")
                fail(bad)
            } catch (_: FileNotFoundException) {
                // As meant.
            }
        }
    }

    @Test fun a_wrapped_key_comes_back_unless_it_was_changed_or_the_phone_lost_its_own() {
        FakeKeyStore.install()
        val key = ByteArray(32) { it.toByte() }
        val box = KeyBox.wrap(key)
        assertArrayEquals(key, KeyBox.unwrap(box))
        assertNull(KeyBox.unwrap(box.copyOf().also { it[20] = (it[20] + 1).toByte() }))
        assertNull(KeyBox.unwrap(ByteArray(3)))
        FakeKeyStore.loseAllKeys()
        assertNull(KeyBox.unwrap(box))
    }

    @Test fun screens_are_not_in_screenshots_and_not_in_the_list_of_recent_apps() {
        val screen = Robolectric.buildActivity(EnrolActivity::class.java).setup().get()
        assertTrue(screen.window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0)
    }

    @Test fun the_system_backs_nothing_up() {
        assertEquals(0, app.applicationInfo.flags and android.content.pm.ApplicationInfo.FLAG_ALLOW_BACKUP)
    }
}

object Jobs {
    /** Makes parameters of a job: there is no public constructor, and its fields differ by level, so the longest with zeros. */
    fun params(id: Int): JobParameters {
        val make = JobParameters::class.java.declaredConstructors
            .filter { candidate -> candidate.parameterTypes.none { it == android.os.Parcel::class.java } }.maxBy { it.parameterCount }
        make.isAccessible = true
        var given = false
        val values = make.parameterTypes.map { type ->
            when (type) {
                Int::class.javaPrimitiveType -> if (given) 0 else id.also { given = true }
                Boolean::class.javaPrimitiveType -> false
                Long::class.javaPrimitiveType -> 0L
                PersistableBundle::class.java -> PersistableBundle()
                else -> null
            }
        }
        return make.newInstance(*values.toTypedArray()) as JobParameters
    }
}
