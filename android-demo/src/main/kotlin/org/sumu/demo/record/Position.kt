package org.sumu.demo.record

import android.Manifest
import android.app.Activity
import android.content.Context
import android.content.pm.PackageManager
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Bundle
import android.os.Looper
import java.util.Locale

/** Asks the phone where it is, without Google's services. */
object Position {
    const val REQUEST = 7

    /** Tells whether the person allowed it; asks if not, and the answer comes to the screen. */
    fun isAllowed(screen: Activity): Boolean {
        val allowed = screen.checkSelfPermission(Manifest.permission.ACCESS_FINE_LOCATION) == PackageManager.PERMISSION_GRANTED
        if (!allowed) screen.requestPermissions(arrayOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION), REQUEST)
        return allowed
    }

    /** Asks for one position; returns false if the phone finds none, because it is switched off or there is no receiver. */
    @Suppress("DEPRECATION")
    fun ask(screen: Activity, found: (String) -> Unit): Boolean {
        val manager = screen.getSystemService(Context.LOCATION_SERVICE) as? LocationManager ?: return false
        val source = listOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER)
            .firstOrNull { it in manager.allProviders && manager.isProviderEnabled(it) } ?: return false
        return try {
            manager.requestSingleUpdate(source, object : LocationListener {
                override fun onLocationChanged(here: Location) = found(words(here))
                override fun onProviderEnabled(provider: String) = Unit
                override fun onProviderDisabled(provider: String) = Unit

                @Deprecated("called up to Android 9")
                override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?) = Unit
            }, Looper.getMainLooper())
            true
        } catch (_: SecurityException) {
            false
        }
    }

    /** Latitude, longitude, height and accuracy, as forms write them. */
    private fun words(here: Location): String =
        String.format(Locale.ROOT, "%.6f %.6f %.1f %.1f", here.latitude, here.longitude, here.altitude, here.accuracy)
}
