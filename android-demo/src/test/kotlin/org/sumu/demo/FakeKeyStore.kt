package org.sumu.demo

import android.security.keystore.KeyGenParameterSpec
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.spec.SecretKeySpec

/** Stands in for the phone's keystore: keys live in memory and can be lost. It protects nothing. */
object FakeKeyStore {
    private val keys = ConcurrentHashMap<String, SecretKey>()
    fun loseAllKeys() = keys.clear()
    fun install() {
        keys.clear()
        Security.removeProvider("AndroidKeyStore")
        Security.addProvider(P())
    }

    private class P : Provider("AndroidKeyStore", "1.0", "test stand-in") {
        init {
            putService(service(this, "KeyStore", "AndroidKeyStore") { Store() })
            putService(service(this, "KeyGenerator", "AES") { Generator() })
        }
    }
    private fun service(p: Provider, type: String, name: String, make: () -> Any) =
        object : Provider.Service(p, type, name, "test", null, null) { override fun newInstance(x: Any?) = make() }

    private class Store : KeyStoreSpi() {
        override fun engineGetKey(a: String, p: CharArray?): Key? = keys[a]
        override fun engineContainsAlias(a: String) = keys.containsKey(a)
        override fun engineIsKeyEntry(a: String) = keys.containsKey(a)
        override fun engineDeleteEntry(a: String) { keys.remove(a) }
        override fun engineAliases() = Collections.enumeration(keys.keys)
        override fun engineSize() = keys.size
        override fun engineLoad(s: InputStream?, p: CharArray?) {}
        override fun engineGetCreationDate(a: String): Date? = null
        override fun engineIsCertificateEntry(a: String) = false
        override fun engineGetCertificate(a: String): Certificate? = null
        override fun engineGetCertificateChain(a: String): Array<Certificate>? = null
        override fun engineGetCertificateAlias(c: Certificate): String? = null
        override fun engineSetKeyEntry(a: String, k: Key, p: CharArray?, c: Array<Certificate>?) = no()
        override fun engineSetKeyEntry(a: String, k: ByteArray, c: Array<Certificate>?) = no()
        override fun engineSetCertificateEntry(a: String, c: Certificate) = no()
        override fun engineStore(s: OutputStream?, p: CharArray?) = no()
        private fun no(): Unit = throw UnsupportedOperationException()
    }
    private class Generator : KeyGeneratorSpi() {
        private var spec: KeyGenParameterSpec? = null
        override fun engineInit(p: AlgorithmParameterSpec, r: SecureRandom?) { spec = p as KeyGenParameterSpec }
        override fun engineInit(r: SecureRandom?) {}
        override fun engineInit(n: Int, r: SecureRandom?) {}
        override fun engineGenerateKey(): SecretKey =
            SecretKeySpec(ByteArray(32).also { SecureRandom().nextBytes(it) }, "AES").also { keys[spec!!.keystoreAlias] = it }
    }
}
