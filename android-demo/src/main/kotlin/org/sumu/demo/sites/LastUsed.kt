package org.sumu.demo.sites

import android.content.Context

/** The places that were opened last on this phone, newest first. */
object LastUsed {
    private const val SITES = 5
    private fun kept(context: Context) = context.getSharedPreferences("look", Context.MODE_PRIVATE)

    /** Returns the sites' ids. */
    fun of(context: Context): List<String> = kept(context).getString("sites", "").orEmpty().split(' ').filter(String::isNotEmpty)

    /** Puts a site first. */
    fun keep(context: Context, site: String) =
        kept(context).edit().putString("sites", (listOf(site) + (of(context) - site)).take(SITES).joinToString(" ")).apply()
}
