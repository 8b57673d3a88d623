package org.sumu.demo.settings

import android.content.Context
import android.content.res.Configuration
import java.util.Locale

/** The language that the person chose for this app; nothing: the phone's. */
object Language {
    private fun kept(context: Context) = context.getSharedPreferences("look", Context.MODE_PRIVATE)

    /** Returns `zh`, `en` or nothing. */
    fun chosen(context: Context): String? = kept(context).getString("language", null)

    /** Keeps the choice; screens opened afterwards follow it. */
    fun choose(context: Context, tag: String?) = kept(context).edit().putString("language", tag).apply()

    /** Wraps a screen's context so that its texts are in the chosen language. */
    fun wrap(base: Context): Context {
        val tag = chosen(base) ?: return base
        val wanted = Configuration(base.resources.configuration).apply { setLocale(Locale.forLanguageTag(tag)) }
        return base.createConfigurationContext(wanted)
    }

    /** Returns the language in which a screen shows the programme's own names: `zh` or `en`. */
    fun shown(context: Context): String = if (context.resources.configuration.locales[0].language == "zh") "zh" else "en"
}
