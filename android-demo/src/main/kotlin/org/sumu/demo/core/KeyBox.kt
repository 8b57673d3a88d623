package org.sumu.demo.core

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.File
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * Keeps the file's key wrapped by a key that never leaves the phone's key store.
 *
 * The wrapping key asks for no fingerprint and no unlocked screen: phones lose such keys when their owner changes the lock.
 */
object KeyBox {
    private const val ALIAS = "sumu-file-1"
    private const val NONCE = 12

    /** Returns the wrapping key; makes it the first time. */
    private fun key(make: Boolean): SecretKey? {
        val store = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
        (store.getKey(ALIAS, null) as SecretKey?)?.let { return it }
        if (!make) return null
        val generator = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, "AndroidKeyStore")
        val purposes = KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT
        generator.init(KeyGenParameterSpec.Builder(ALIAS, purposes).setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE).setKeySize(256).build())
        return generator.generateKey()
    }

    /** Wraps a key: 12 bytes of nonce, then the sealed key. */
    fun wrap(plain: ByteArray): ByteArray {
        val cipher = Cipher.getInstance("AES/GCM/NoPadding").apply { init(Cipher.ENCRYPT_MODE, key(make = true)) }
        return cipher.iv + cipher.doFinal(plain)
    }

    /** Unwraps what [wrap] made, or returns nothing if the phone lost its key or the box was changed. */
    fun unwrap(box: ByteArray): ByteArray? {
        val key = key(make = false) ?: return null
        if (box.size <= NONCE) return null
        return try {
            val cipher = Cipher.getInstance("AES/GCM/NoPadding")
            cipher.init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(128, box, 0, NONCE))
            cipher.doFinal(box, NONCE, box.size - NONCE)
        } catch (_: java.security.GeneralSecurityException) {
            null
        }
    }

    /** Keeps the core's key in a file, wrapped. */
    class In(private val file: File) : org.sumu.core.KeyStore {
        override fun load(): ByteArray? = if (file.exists()) unwrap(file.readBytes()) else null
        override fun store(key: ByteArray) = save(file, wrap(key))
    }

    /** Writes a box beside itself and renames it, so that a cut leaves the old one or the new one. */
    private fun save(file: File, box: ByteArray) {
        val fresh = File(file.path + ".new")
        fresh.outputStream().use { it.write(box); it.fd.sync() }
        if (!fresh.renameTo(file)) throw java.io.IOException("the key's file cannot be written")
    }
}
