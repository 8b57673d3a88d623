//! Writes the ten-item workbooks into `tests/data`, or into the folder that is named.

use std::path::PathBuf;

use anyhow::Result;
use sumu_tests::rubric::workbooks;

fn main() -> Result<()> {
    let data = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data")), Into::into);
    std::fs::create_dir_all(data.join("forms"))?;
    for named in workbooks()? {
        let name = format!("{}.xlsx", named.name);
        let path = if named.name == "tenfold" { data.join(name) } else { data.join("forms").join(name) };
        std::fs::write(path, named.workbook.xlsx()?)?;
    }
    Ok(())
}
