//! The catalogue of what is found in the meaning of expressions.

use crate::xlsform::finding::codes;

codes! {
    error UNKNOWN_NAME "unknown_name" {
        "there is no question or group named '{0}'" "没有名为“{0}”的题目或组"
        "write {1}" "请改为 {1}"
    }
    error AMBIGUOUS_NAME "ambiguous_name" {
        "'{0}' is the name of {1} rows" "“{0}”是 {1} 行的名称，无法确定所指"
        "give each its own name, or write the path /data/…/{0}" "请使用不同名称，或写出路径 /data/…/{0}"
    }
    error UNKNOWN_STEP "unknown_step" {
        "the path leads nowhere: there is no '{0}' there" "路径无效：此处没有“{0}”"
        "write {1}" "请改为 {1}"
    }
    error BARE_NAME "name_without_reference" {
        "'{0}' is neither a text nor a reference" "“{0}”既不是文本也不是引用"
        "write {1}" "请改为 {1}"
    }
    error UNKNOWN_COLUMN "unknown_list_column" {
        "the list has no column '{0}'" "该列表没有列“{0}”"
        "write {1}" "请改为 {1}"
    }
    error LIST_PATH "list_path" {
        "a list is read as instance('list')/root/item[…]/column" "列表须读作 instance('list')/root/item[…]/列名"
        "" ""
    }
    error MANY_VALUES "many_values" {
        "'{0}' stands in a repeat and has many values here" "“{0}”位于重复组内，此处有多个值"
        "use sum(), count(), max(), join(), or choose one by [ ]" "请用 sum()、count()、max()、join()，或用 [ ] 选定一个"
    }
    error NO_VALUE "no_value" {
        "'{0}' is a group and has no value" "“{0}”是组，没有值"
        "name a question" "请写题目的名称"
    }
    error NEEDS_PATH "needs_path" {
        "{0}() takes a reference, not a computed value" "{0}() 的参数须为引用，不能是计算值"
        "" ""
    }
    error NEEDS_TEXT "needs_text" {
        "{0}() takes this argument as a text in quotes only" "{0}() 的此参数只能是带引号的文本"
        "" ""
    }
    error POSITION_OF "position_of_group" {
        "'{0}' is not a repeat around this row and has no position" "“{0}”不是本行所在的重复组，没有序号"
        "write {1}" "请改为 {1}"
    }
    error CONDITION_PLACE "condition_place" {
        "a condition in [ ] may stand only after a repeat or the items of a list" "方括号条件只能用于重复组或列表项"
        "" ""
    }
    error CONDITION_STORED "condition_stored" {
        "a calculation cannot hold yes or no: programs write it differently" "计算结果不能是真或假：各程序的写法不同"
        "wrap it in if(…, 1, 0)" "请写成 if(…, 1, 0)"
    }
    error TEXT_AS_CONDITION "text_as_condition" {
        "a text is no condition" "文本不能作为条件"
        "compare it, like … = 'yes'" "请进行比较，例如 … = 'yes'"
    }
    error NOT_OF_VALUE "not_of_value" {
        "not() takes a condition" "not() 的参数须为条件"
        "compare it, like not(… = 'yes')" "请进行比较，例如 not(… = 'yes')"
    }
    error REGEX_PARTIAL "regex_without_anchors" {
        "programs differ on whether regex() matches a part" "各程序对 regex() 是否可部分匹配不一致"
        "write {0}" "请写成 {0}"
    }
    error BAD_PATTERN "bad_pattern" {
        "the pattern cannot be read: {0}" "正则表达式无法识别：{0}"
        "mend the text in quotes" "请修正引号内的文本"
    }
    error CYCLE "cycle" {
        "the value depends on itself: {0}" "值依赖于自身：{0}"
        "remove one of these references" "请去掉其中一个引用"
    }
    warning NULL "null_as_blank" {
        "'null' is no word of expressions; it is read as blank" "“null”不是表达式中的词，按空值处理"
        "write ''" "请改为 ''"
    }
    warning BLANK_NUMBER "blank_number" {
        "{0}() counts a blank answer as nothing in some programs and as 0 in others" "{0}() 遇到空答案时，各程序结果不一致"
        "write coalesce(…, 0), or if(… = '', …, …)" "请写 coalesce(…, 0) 或 if(… = '', …, …)"
    }
    warning NEGATIVE_ROUND "negative_round" {
        "a negative half is rounded up here and in ODK Collect, and down in other programs" "负数的一半在此处及 ODK Collect 向上取整，其他程序可能向下"
        "keep it from being negative, like max(0, …)" "请避免负数，例如 max(0, …)"
    }
    warning DECIMAL_WEIGHT "decimal_weight" {
        "{0} cannot be held exactly, so roundings may surprise" "{0} 无法精确表示，四舍五入可能出现偏差"
        "use whole percents: 60 * … div 100" "请用整数百分比：60 * … div 100"
    }
    warning NO_SUCH_CHOICE "no_such_choice" {
        "'{0}' is no choice of the list '{1}'" "“{0}”不是列表“{1}”的选项"
        "" ""
    }
}
