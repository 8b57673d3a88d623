package org.sumu.demo.enrol

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.RGBLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.GlobalHistogramBinarizer
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader
import java.io.File

/** Reads the office's QR code from a photo. */
object QrPhoto {
    /** Phones take photos of 50 million points; the code is found in far fewer, and memory is small. */
    private const val SIDE = 1600

    /** Returns the text of the code in a photo, or nothing if none is found. Slow: not for the main thread. */
    fun read(file: File): String? {
        val bounds = BitmapFactory.Options().apply { inJustDecodeBounds = true }
        BitmapFactory.decodeFile(file.path, bounds)
        var sample = 1
        while (maxOf(bounds.outWidth, bounds.outHeight) / sample > SIDE) sample *= 2
        val photo = BitmapFactory.decodeFile(file.path, BitmapFactory.Options().apply { inSampleSize = sample }) ?: return null
        return read(photo).also { photo.recycle() }
    }

    /** Returns the text of the code in a picture. */
    fun read(photo: Bitmap): String? {
        val points = IntArray(photo.width * photo.height)
        photo.getPixels(points, 0, photo.width, 0, 0, photo.width, photo.height)
        val light = RGBLuminanceSource(photo.width, photo.height, points)
        val hints = mapOf(DecodeHintType.TRY_HARDER to true)
        for (binary in listOf(HybridBinarizer(light), GlobalHistogramBinarizer(light), HybridBinarizer(light.invert()))) {
            try {
                return QRCodeReader().decode(BinaryBitmap(binary), hints).text
            } catch (_: ReaderException) {
                // This way of telling black from white finds none; the next one may.
            }
        }
        return null
    }
}
