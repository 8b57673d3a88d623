// NOT BUILT HERE: this project is for people with Android Studio. What the tests build is pom.xml.
pluginManagement {
    repositories { google(); mavenCentral(); gradlePluginPortal() }
}
dependencyResolutionManagement {
    repositories { google(); mavenCentral() }
}
rootProject.name = "android-demo"
