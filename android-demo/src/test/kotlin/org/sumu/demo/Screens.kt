package org.sumu.demo

import android.app.Activity
import android.app.AlertDialog
import android.graphics.Bitmap
import android.graphics.Canvas
import android.os.Looper
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.CoroutineScope
import org.junit.Assert.fail
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowAlertDialog
import org.sumu.demo.core.Core
import java.io.File
import java.util.concurrent.TimeUnit

val app: SumuApp get() = RuntimeEnvironment.getApplication() as SumuApp

/** Runs the main thread's work until a condition holds, which other threads bring about. */
fun until(what: String, seconds: Long = 180, done: () -> Boolean) {
    val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds)
    while (!done()) {
        if (System.nanoTime() > end) fail("not reached in $seconds s: $what")
        shadowOf(Looper.getMainLooper()).idleFor(20, TimeUnit.MILLISECONDS)
        Thread.yield()
    }
}

/** Does work of the core while the main thread goes on. */
fun <T> core(act: suspend (Core) -> T): T {
    val result = CoroutineScope(Dispatchers.IO).async { runCatching { act(app.core()) } }
    until("the core's answer") { result.isCompleted }
    return kotlinx.coroutines.runBlocking { result.await() }.getOrThrow()
}

/** Every text that a screen shows. */
fun words(view: View): String = when {
    view.visibility != View.VISIBLE -> ""
    view is TextView -> view.text.toString() + "\n"
    view is ViewGroup -> (0 until view.childCount).joinToString("") { words(view.getChildAt(it)) }
    else -> ""
}

fun words(screen: Activity): String = words(screen.window.decorView)

/** A view and everything in it. */
fun inside(view: View): List<View> =
    listOf(view) + if (view is ViewGroup) (0 until view.childCount).flatMap { inside(view.getChildAt(it)) } else emptyList()

/** The dialog that was opened last. */
inline fun <reified D : AlertDialog> dialog(): D = ShadowAlertDialog.getLatestDialog() as D

/** What one kind of view the last dialog asks with. */
inline fun <reified V : View> asked(): List<V> = inside(dialog<AlertDialog>().window!!.decorView).filterIsInstance<V>()

/** Agrees to the last dialog. */
fun yes() = dialog<AlertDialog>().getButton(AlertDialog.BUTTON_POSITIVE).performClick()

/** Finds a button or another text by its words. */
fun find(view: View, words: String): TextView? = when (view) {
    is TextView -> view.takeIf { it.isShown && it.text.toString() == words }
    is ViewGroup -> (0 until view.childCount).firstNotNullOfOrNull { find(view.getChildAt(it), words) }
    else -> null
}

fun press(screen: Activity, words: Int) = press(screen, screen.getString(words))

fun press(screen: Activity, words: String) {
    val button = find(screen.window.decorView, words) ?: error("no '$words' in:\n${words(screen)}")
    button.performClick()
}

/** Draws a whole window into a PNG file. Elevation is not drawn. */
fun save(screen: Activity, name: String): File {
    shadowOf(Looper.getMainLooper()).idle()
    val root = screen.window.decorView
    val picture = Bitmap.createBitmap(root.width, root.height, Bitmap.Config.ARGB_8888)
    root.draw(Canvas(picture))
    val file = File(File(System.getProperty("screens.dir")).apply { mkdirs() }, "$name.png")
    file.outputStream().use { check(picture.compress(Bitmap.CompressFormat.PNG, 100, it)) }
    return file
}
