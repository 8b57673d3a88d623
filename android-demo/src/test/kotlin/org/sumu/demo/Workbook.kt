package org.sumu.demo

import java.io.File
import java.util.zip.ZipEntry
import java.util.zip.ZipOutputStream

/** A small workbook of Excel, sheet by sheet, row by row. */
class Workbook(private val sheets: List<Pair<String, List<List<String>>>>) {
    fun write(file: File) = ZipOutputStream(file.outputStream()).use { zip ->
        fun part(name: String, words: String) {
            zip.putNextEntry(ZipEntry(name))
            zip.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>$words".toByteArray())
        }
        val numbers = sheets.indices.map { it + 1 }
        part("[Content_Types].xml", "<Types xmlns=\"$PACKAGE/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>" +
            "<Override PartName=\"/xl/workbook.xml\" ContentType=\"$KIND.sheet.main+xml\"/>" +
            numbers.joinToString("") { "<Override PartName=\"/xl/sheet$it.xml\" ContentType=\"$KIND.worksheet+xml\"/>" } + "</Types>")
        part("_rels/.rels", "<Relationships xmlns=\"$PACKAGE/relationships\"><Relationship Id=\"r0\" Type=\"$OFFICE/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")
        part("xl/workbook.xml", "<workbook xmlns=\"$SHEET\" xmlns:r=\"$OFFICE\"><sheets>" +
            numbers.joinToString("") { "<sheet name=\"${sheets[it - 1].first}\" sheetId=\"$it\" r:id=\"r$it\"/>" } + "</sheets></workbook>")
        part("xl/_rels/workbook.xml.rels", "<Relationships xmlns=\"$PACKAGE/relationships\">" +
            numbers.joinToString("") { "<Relationship Id=\"r$it\" Type=\"$OFFICE/worksheet\" Target=\"sheet$it.xml\"/>" } + "</Relationships>")
        for ((at, sheet) in sheets.withIndex()) part("xl/sheet${at + 1}.xml", "<worksheet xmlns=\"$SHEET\"><sheetData>" + sheet.second.withIndex().joinToString("") { (row, cells) ->
            "<row r=\"${row + 1}\">" + cells.withIndex().joinToString("") { (column, words) ->
                "<c r=\"${'A' + column}${row + 1}\" t=\"inlineStr\"><is><t>$words</t></is></c>"
            } + "</row>"
        } + "</sheetData></worksheet>")
    }

    private companion object {
        const val PACKAGE = "http://schemas.openxmlformats.org/package/2006"
        const val OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        const val SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        const val KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    }
}
