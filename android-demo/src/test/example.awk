# Makes functions of the Kotlin examples in the bindings' README, as they stand there.
BEGIN {
    print "package org.sumu.demo"
    print "import kotlinx.coroutines.Dispatchers"
    print "import kotlinx.coroutines.withContext"
    print "import org.sumu.core.*"
    head[1] = "suspend fun example(folder: String, keys: KeyStore, link: String, show: (String) -> Unit, ask: (List<Stated>) -> Unit) {"
    head[2] = "fun formExample(device: Device, place: Place, show: (String) -> Unit) {"
}
/^```kotlin/ { inside = 1; print head[++count]; next }
/^```/ { if (inside) print "}"; inside = 0 }
inside
