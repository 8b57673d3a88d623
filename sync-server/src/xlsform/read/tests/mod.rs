mod codes;
mod files;
mod model;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::xlsform::markdown::workbook;

/// Returns what is found in a workbook that is written as Markdown tables.
fn found(tables: &str) -> Vec<Finding> {
    all(&workbook(tables))
}

/// Returns what is found in a file.
fn all(bytes: &[u8]) -> Vec<Finding> {
    let mut findings = Findings::default();
    read(bytes, &mut findings);
    findings.finish()
}

/// Shows a finding like `error unknown_type survey!A2:1`.
fn shown(finding: &Finding) -> String {
    let severity = if finding.severity == crate::xlsform::Severity::Error { "error" } else { "warning" };
    let mut line = format!("{severity} {}", finding.code);
    if let Some(sheet) = &finding.sheet {
        line.push_str(&format!(" {sheet}"));
    }
    if let Some(row) = finding.row {
        line.push_str(&format!("!{}{row}", finding.column.as_deref().unwrap_or("")));
    }
    if let Some(char) = finding.char {
        line.push_str(&format!(":{char}"));
    }
    line
}

/// Writes a workbook again with one part changed.
fn with_part(bytes: &[u8], name: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let part_name = part.name().unwrap().to_string();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut part, &mut content).unwrap();
        if part_name == name {
            content = change(content);
        }
        writer.start_file(part_name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
