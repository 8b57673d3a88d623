package org.sumu.demo.screen

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.WindowManager
import android.widget.ImageButton
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.TextView
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import org.sumu.core.SumuException
import org.sumu.demo.R
import org.sumu.demo.SumuApp
import org.sumu.demo.core.Core
import org.sumu.demo.core.isLocked
import org.sumu.demo.enrol.UnlockActivity
import org.sumu.demo.settings.Language
import org.sumu.demo.settings.SettingsActivity

/** A screen: a title, a line for what went wrong, and a body. Its work ends with it. */
abstract class Screen : Activity() {
    protected val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main)

    /** Says what went wrong and what to do; read aloud when it changes. */
    lateinit var problem: TextView

    protected val app get() = application as SumuApp

    override fun attachBaseContext(base: Context) = super.attachBaseContext(Language.wrap(base))

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        // Names and scores of people: not in screenshots, not in the list of recent apps.
        window.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    /** Lays the screen out; a body that does not scroll by itself is put into a scroll view. */
    protected fun show(title: CharSequence, body: View, foot: View? = null, scrolls: Boolean = false, vararg marks: View) {
        setTitle(title)
        problem = text("", colour = R.color.bad).apply {
            id = R.id.problem
            visibility = View.GONE
            accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
            setPadding(dp(16), dp(10), dp(16), dp(10))
            setBackgroundColor(getColor(R.color.bad_card))
        }
        val bar = LinearLayout(this).apply {
            gravity = Gravity.CENTER_VERTICAL
            setPadding(dp(if (isTaskRoot) 16 else 4), dp(6), dp(8), dp(6))
            if (!isTaskRoot) addView(mark(android.R.drawable.ic_menu_revert, R.string.back) { finish() })
            addView(text(title, 20f, bold = true).apply { if (android.os.Build.VERSION.SDK_INT >= 28) heading(this) },
                LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f))
            for (view in marks) addView(view)
        }
        val holder = if (scrolls) body else ScrollView(this).apply {
            body.setPadding(dp(16), dp(8), dp(16), dp(24))
            addView(body)
        }
        setContentView(LinearLayout(this).apply {
            orientation = LinearLayout.VERTICAL
            fitsSystemWindows = true
            addView(bar)
            addView(problem, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
            addView(holder, LinearLayout.LayoutParams(MATCH_PARENT, 0, 1f))
            if (foot != null) addView(foot, LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT))
        })
    }

    /** Makes a button with a picture in the title's bar. */
    protected fun mark(picture: Int, label: Int, act: () -> Unit): ImageButton = ImageButton(this).apply {
        setImageResource(picture)
        setColorFilter(getColor(R.color.brand))
        background = null
        minimumWidth = dp(48)
        minimumHeight = dp(48)
        contentDescription = getString(label)
        setOnClickListener { act() }
    }

    /** Makes the button that leads to settings and help. */
    protected fun settingsMark(): ImageButton = mark(android.R.drawable.ic_menu_preferences, R.string.settings) { startActivity(Intent(this, SettingsActivity::class.java)) }

    /** Runs work that uses the core; while it runs, [busy] cannot be pressed, and a failure is told on the screen. */
    protected fun work(busy: View? = null, act: suspend (Core) -> Unit): Job = attempt(busy) { act(app.core()) }

    /** Runs work that may fail as the core does. */
    protected fun attempt(busy: View? = null, act: suspend () -> Unit): Job = scope.launch {
        busy?.isEnabled = false
        try {
            act()
        } catch (error: SumuException) {
            tell(error)
        } finally {
            busy?.isEnabled = true
        }
    }

    /** Tells what went wrong; without the key there is only one way on. */
    fun tell(error: SumuException) {
        if (error.isLocked && this !is UnlockActivity) startActivity(Intent(this, UnlockActivity::class.java)) else tell(words(error))
    }

    /** Shows a problem, or takes the last one away. */
    fun tell(words: String?) {
        problem.text = words ?: ""
        problem.visibility = if (words == null) View.GONE else View.VISIBLE
    }

    @org.sumu.demo.AboveMinApi
    private fun heading(view: View) {
        view.isAccessibilityHeading = true
    }
}
