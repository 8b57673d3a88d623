//! The catalogue of what is found in the writing of an expression.

use crate::xlsform::finding::codes;

codes! {
    error EMPTY "empty_expression" {
        "the expression is empty" "表达式为空"
        "write an expression or clear the cell" "请写入表达式或清空单元格"
    }
    error TOO_LONG "expression_too_long" {
        "the expression is longer than {0} characters" "表达式超过 {0} 个字符"
        "move parts into calculate rows" "请将部分内容移到 calculate 行"
    }
    error TOO_DEEP "expression_too_deep" {
        "brackets stand deeper than {0} levels" "括号嵌套超过 {0} 层"
        "move parts into calculate rows" "请将部分内容移到 calculate 行"
    }
    error FULL_WIDTH "full_width" {
        "'{0}' is a full-width or typographic character" "“{0}”是全角或排版字符"
        "write {1}" "请改为半角 {1}"
    }
    error ODD_SPACE "odd_space" {
        "there is a space of a special kind ({0})" "此处有特殊空白字符（{0}）"
        "replace it by a plain space" "请改为普通空格"
    }
    error ODD_CHARACTER "unexpected_character" {
        "'{0}' has no meaning here" "此处不能出现“{0}”"
        "remove it, or put texts in quotes" "请删除，或给文本加引号"
    }
    error FOREIGN_OPERATOR "foreign_operator" {
        "'{0}' is no operator here" "“{0}”不是可用的运算符"
        "write {1}" "请改为 {1}"
    }
    error WRONG_CASE "wrong_case" {
        "'{0}' must be written in lower case" "“{0}”必须小写"
        "write {1}" "请改为 {1}"
    }
    error LEADING_EQUALS "leading_equals" {
        "an expression does not begin with '='" "表达式不能以“=”开头"
        "remove the sign" "请删除该符号"
    }
    error UNCLOSED_QUOTE "unclosed_quote" {
        "the quote {0} is not closed" "引号 {0} 没有闭合"
        "add {0} where the text ends" "请在文本末尾补上 {0}"
    }
    error UNCLOSED_BRACKET "unclosed_bracket" {
        "the bracket '{0}' is not closed" "括号“{0}”没有闭合"
        "add {1}" "请补上 {1}"
    }
    error STRAY_BRACKET "stray_bracket" {
        "the bracket '{0}' was never opened" "括号“{0}”没有对应的左括号"
        "remove it, or open it before" "请删除，或在前面补上左括号"
    }
    error BAD_REFERENCE "bad_reference" {
        "a reference is written ${name}, with nothing else between the braces" "引用须写成 ${name}，花括号内不能有其他内容"
        "write {0}" "请改为 {0}"
    }
    error UNEXPECTED "unexpected_part" {
        "'{0}' cannot stand here" "此处不能出现“{0}”"
        "" ""
    }
    error INCOMPLETE "incomplete_expression" {
        "something is missing after '{0}'" "“{0}”之后缺少内容"
        "complete the expression" "请补全表达式"
    }
    error NO_OPERATOR "missing_operator" {
        "an operator is missing before '{0}'" "“{0}”之前缺少运算符"
        "write and, or, =, +, … between them" "请在两者之间写 and、or、=、+ 等"
    }
    error NO_CALL "missing_brackets" {
        "the function '{0}' is called without brackets" "函数“{0}”缺少括号"
        "write {0}(…)" "请写成 {0}(…)"
    }
    error BARE_TEXT "text_without_quotes" {
        "'{0}' is no name; a text stands in quotes" "“{0}”不是名称；文本须加引号"
        "write {1}" "请改为 {1}"
    }
    error SLASH "slash_for_division" {
        "'/' does not divide" "“/”不能表示除法"
        "write div" "请改为 div"
    }
    error AMBIGUOUS_STAR "ambiguous_star" {
        "this '*' is not between two numbers" "此处的“*”不在两个数之间"
        "write the names instead of *" "请写出具体名称，不要用 *"
    }
    error DEEP_PATH "deep_path" {
        "'//' is not available: the path must name every step" "不支持“//”：路径须写出每一级"
        "write ${name}, or /data/group/name" "请写 ${name} 或 /data/group/name"
    }
    error UNION "union" {
        "'|' is not available" "不支持“|”"
        "for \"or\" write or" "表示“或”请写 or"
    }
    error AXIS "axis" {
        "the axis '{0}::' is not available" "不支持轴“{0}::”"
        "write ../name or ${name}" "请写 ../name 或 ${name}"
    }
    error ATTRIBUTE "attribute" {
        "'@' is not available: forms have no attributes" "不支持“@”：表单没有属性"
        "" ""
    }
    error VARIABLE "variable" {
        "'${0}' is a variable, and there are none" "不支持变量“${0}”"
        "write {1}" "请改为 {1}"
    }
    error UNKNOWN_FUNCTION "unknown_function" {
        "there is no function '{0}'" "没有函数“{0}”"
        "write {1}" "请改为 {1}"
    }
    error FUNCTION_LATER "function_not_yet" {
        "the function '{0}' is not available yet" "暂不支持函数“{0}”"
        "" ""
    }
    error FUNCTION_NEVER "function_refused" {
        "the function '{0}' is not available" "不支持函数“{0}”"
        "write {1}" "请改为 {1}"
    }
    error WRONG_ARITY "wrong_arity" {
        "{0}() takes {1} arguments, not {2}" "{0}() 需要 {1} 个参数，而不是 {2} 个"
        "" ""
    }
    error NEEDS_LITERAL "needs_literal" {
        "{0}() takes a name in quotes" "{0}() 的参数须为带引号的名称"
        "write {0}('name')" "请写成 {0}('name')"
    }
    error NO_STEPS "path_ends_early" {
        "the path ends with '/'" "路径以“/”结尾"
        "name what it leads to" "请写出路径所指的名称"
    }
    error NOT_A_STEP "condition_on_value" {
        "a condition in [ ] may stand only after a repeat or the items of a list" "方括号条件只能用于重复组或列表项"
        "" ""
    }
    error EXPONENT "exponent" {
        "'{0}' is no number: exponents are not available" "“{0}”不是数：不支持科学计数法"
        "write all digits" "请写出全部数字"
    }
    warning ONLY_HERE "not_in_collect" {
        "ODK Collect refuses {0}()" "ODK Collect 不支持 {0}()"
        "write int(…)" "请改用 int(…)"
    }
}
