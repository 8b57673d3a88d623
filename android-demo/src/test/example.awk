# Makes a function of the Kotlin example in the bindings' README, as it stands there.
BEGIN {
    print "package org.sumu.demo"
    print "import kotlinx.coroutines.Dispatchers"
    print "import kotlinx.coroutines.withContext"
    print "import org.sumu.core.*"
    print "suspend fun example(folder: String, keys: KeyStore, link: String, show: (String) -> Unit, ask: (List<Stated>) -> Unit) {"
}
/^```kotlin/ { inside = 1; next }
/^```/ { inside = 0 }
inside
END { print "}" }
