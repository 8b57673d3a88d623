//! Writes the Kotlin and Python sides of the bindings from the built library; see the README.

fn main() {
    uniffi::uniffi_bindgen_main();
}
