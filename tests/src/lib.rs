//! A world of phones, one server and a bad network; the headless phone and the demo.

pub mod demo;
pub mod large;
pub mod line;
pub mod office;
pub mod oracle;
pub mod phone;
pub mod rubric;
pub mod workbook;
pub mod world;
