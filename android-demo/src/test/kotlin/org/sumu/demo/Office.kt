package org.sumu.demo

import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** The real server process with one city, ten items and one open round; and other people's phones, which have no screen. */
class Office : AutoCloseable {
    private val folder: File = Files.createTempDirectory("office").toFile()
    private val programs = File(System.getProperty("programs.dir"))
    private val server: Process
    val url: String

    init {
        val data = File(System.getProperty("data.dir"))
        office("regions", "import", File(data, "regions-tongliao.csv").path)
        office("items", "import", File(data, "items.csv").path)
        office("round", "open", "2026-autumn", "--from", "2026-09-01", "--cutoff", "2026-12-31")
        office("person", "add", "batu", "--name", "巴图", "--role", "inspector", "--area", AREA)
        office("person", "add", "siqin", "--name", "斯琴", "--role", "team-lead", "--area", AREA)
        office("person", "add", "wurina", "--name", "乌日娜", "--role", "supervisor", "--area", "1505")
        server = start("sumu-server", "--data", File(folder, "data").path, "serve", "--listen", "127.0.0.1:0")
        url = server.inputStream.bufferedReader().readLine().substringAfter("listening on ").trim()
    }

    /** Returns a one-time link for a person. */
    fun invite(person: String): String = office("invite", person).trim().lines().last()

    /** Gives an item its form, from the workbook of a name. */
    fun form(item: String, workbook: String = "forms/$item") =
        office("form", "import", File(System.getProperty("data.dir"), "$workbook.xlsx").path, "--item", item)

    fun form(item: String, workbook: Workbook) {
        val file = File(folder, "$item.xlsx")
        workbook.write(file)
        office("form", "import", file.path, "--item", item)
    }

    /** Runs a command of the office. */
    fun office(vararg words: String): String = run("sumu-server", "--data", File(folder, "data").path, *words)

    /** Runs a command of another person's phone; the phone enrols when it is first used. */
    fun phone(person: String, vararg words: String): String {
        val file = File(folder, "$person.db")
        if (!file.exists()) run("phone", "--db", file.path, "enrol", invite(person))
        return run("phone", "--db", file.path, *words)
    }

    private fun start(program: String, vararg words: String): Process = ProcessBuilder(File(programs, program).path, *words)
        .redirectError(File(folder, "errors")).start()

    private fun run(program: String, vararg words: String): String {
        val process = start(program, *words)
        val said = process.inputStream.bufferedReader().readText()
        check(process.waitFor(60, TimeUnit.SECONDS)) { "$program ${words.toList()} hangs" }
        check(process.exitValue() == 0) { "$program ${words.toList()}: ${File(folder, "errors").readText()}" }
        return said
    }

    override fun close() {
        server.destroy()
        server.waitFor(30, TimeUnit.SECONDS)
        folder.deleteRecursively()
    }

    companion object {
        const val AREA = "150521"
        const val SITE = "150521101202"
        const val NAME = "东宝龙山嘎查"
    }
}
