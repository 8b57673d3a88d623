// NOT BUILT HERE: the tests build pom.xml on machines without Android's own repository and SDK. This project is what makes a release:
// `gradle assembleRelease` with Android Studio's SDK, NDK r28, Rust with the two Android targets, and cargo-ndk 4.1.2.
plugins {
    id("com.android.application") version "8.13.2"
    id("org.jetbrains.kotlin.android") version "2.3.21"
}

android {
    namespace = "org.sumu.demo"
    compileSdk = 36
    ndkVersion = "28.2.13676358"
    defaultConfig {
        applicationId = "org.sumu.demo"
        minSdk = 26
        targetSdk = 35
        versionCode = 1
        versionName = "0.1"
    }
    splits { abi { isEnable = true; reset(); include("arm64-v8a", "armeabi-v7a"); isUniversalApk = false } }
    buildTypes { release { isMinifyEnabled = true; proguardFiles(getDefaultProguardFile("proguard-android.txt"), "package.pro") } }
    compileOptions { sourceCompatibility = JavaVersion.VERSION_17; targetCompatibility = JavaVersion.VERSION_17 }
    sourceSets["main"].apply {
        kotlin.srcDir(layout.buildDirectory.dir("bindings"))
        jniLibs.srcDir(layout.buildDirectory.dir("jni"))
    }
}

dependencies {
    implementation("net.java.dev.jna:jna:5.18.1@aar")
    implementation("net.zetetic:sqlcipher-android:4.16.0@aar") // only for its libsqlcipher.so
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.10.2")
    implementation("com.google.zxing:core:3.5.3")
}

/** The Kotlin side of the bindings, from this machine's own library. */
val bindings by tasks.registering(Exec::class) {
    workingDir = file("..")
    commandLine("sh", "-c", "cargo build -p sumu-ffi --features bindgen && target/debug/uniffi-bindgen generate target/debug/libsumu_ffi.so --language kotlin --no-format --out-dir ${layout.buildDirectory.dir("bindings").get().asFile.path}")
}

/** The phone's libraries. SQLCIPHER_LIB_DIR names the folder with the unpacked libsqlcipher.so of one ABI. */
val natives by tasks.registering {
    doLast {
        for (abi in listOf("arm64-v8a", "armeabi-v7a")) project.exec {
            workingDir = file("..")
            environment("SQLCIPHER_LIB_DIR", file("../target/android/sqlcipher/jni/$abi").path)
            environment("SQLCIPHER_INCLUDE_DIR", file(".").path)
            commandLine("cargo", "ndk", "-t", abi, "-P", "26", "-o", layout.buildDirectory.dir("jni").get().asFile.path, "build", "--release", "-p", "sumu-ffi")
        }
    }
}

tasks.named("preBuild") { dependsOn(bindings, natives) }
