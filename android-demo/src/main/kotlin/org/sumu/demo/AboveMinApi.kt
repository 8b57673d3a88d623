package org.sumu.demo

/** Marks code that uses an API above minSdk behind a check of Build.VERSION.SDK_INT; the API check skips it. */
@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.FUNCTION, AnnotationTarget.CLASS)
annotation class AboveMinApi
