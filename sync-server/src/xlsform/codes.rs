//! The catalogue of what reading a workbook finds. Expressions have their own.

use super::finding::codes;

codes! {
    error NOT_A_WORKBOOK "not_a_workbook" {
        "this file is no Excel workbook (.xlsx): {0}" "此文件不是 Excel 工作簿（.xlsx）：{0}"
        "save it as .xlsx in Excel, WPS or LibreOffice" "请在 Excel、WPS 或 LibreOffice 中另存为 .xlsx"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_with_the_same_arguments() {
        let mut seen = std::collections::BTreeSet::new();
        for code in ALL {
            assert!(seen.insert(code.id), "{} stands twice", code.id);
            assert!(code.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit()));
            assert!(!code.en.is_empty() && !code.zh.is_empty(), "{}", code.id);
            assert_eq!(code.cure_en.is_empty(), code.cure_zh.is_empty(), "{}", code.id);
            for argument in ["{0}", "{1}", "{2}", "{3}"] {
                assert_eq!(code.en.contains(argument), code.zh.contains(argument), "{} {argument}", code.id);
                assert_eq!(code.cure_en.contains(argument), code.cure_zh.contains(argument), "{} {argument}", code.id);
            }
        }
    }
}
