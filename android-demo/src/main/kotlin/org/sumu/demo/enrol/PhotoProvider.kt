package org.sumu.demo.enrol

import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.File
import java.io.FileNotFoundException

/** Lets the camera app write one photo into this app's cache and nowhere else. */
class PhotoProvider : ContentProvider() {
    override fun onCreate() = true
    override fun getType(uri: Uri) = "image/jpeg"

    private fun file(uri: Uri): File {
        val name = uri.pathSegments.singleOrNull()?.takeIf(NAME::matches) ?: throw FileNotFoundException("no such photo")
        return at(context ?: throw FileNotFoundException("not started"), name)
    }

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor =
        ParcelFileDescriptor.open(file(uri), ParcelFileDescriptor.parseMode(mode))

    override fun query(uri: Uri, columns: Array<String>?, where: String?, values: Array<String>?, order: String?): Cursor {
        val file = file(uri)
        return MatrixCursor(arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE)).apply { addRow(arrayOf<Any>(file.name, file.length())) }
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri = throw UnsupportedOperationException()
    override fun delete(uri: Uri, where: String?, values: Array<String>?) = throw UnsupportedOperationException()
    override fun update(uri: Uri, values: ContentValues?, where: String?, args: Array<String>?) = throw UnsupportedOperationException()

    companion object {
        private val NAME = Regex("[a-z0-9-]{1,64}\\.jpg")

        /** Returns the file of a photo. */
        fun at(context: Context, name: String): File = File(File(context.cacheDir, "photos").apply { mkdirs() }, name)

        /** Returns the address that the camera app gets. */
        fun uri(name: String): Uri = Uri.parse("content://org.sumu.demo.photos/$name")
    }
}
