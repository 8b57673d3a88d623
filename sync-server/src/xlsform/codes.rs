//! The catalogue of what reading a workbook finds. Expressions have their own.

use super::finding::codes;

codes! {
    error NOT_A_WORKBOOK "not_a_workbook" {
        "this file is no Excel workbook (.xlsx): {0}"
        "此文件不是 Excel 工作簿（.xlsx）：{0}"
        "save it as .xlsx in Excel, WPS or LibreOffice, without a password" "请在 Excel、WPS 或 LibreOffice 中另存为 .xlsx，不设密码"
    }
    error TOO_LARGE "too_large" {
        "the workbook is larger than a form may be (at most {0})"
        "工作簿过大（上限 {0}）"
        "remove pictures and sheets that the form does not need" "删除表单用不到的图片和工作表"
    }
    error TOO_MANY_ROWS "too_many_rows" {
        "the sheet has more than {0} rows"
        "工作表超过 {0} 行"
        "split the list, or move it to another form" "拆分选项列表，或放到另一张表单"
    }
    error TOO_MANY_COLUMNS "too_many_columns" {
        "there is something beyond column {0}"
        "{0} 列之后还有内容"
        "delete what stands there" "删除其后的内容"
    }
    error CELL_TOO_LONG "cell_too_long" {
        "the cell holds more than {0} characters"
        "单元格超过 {0} 个字符"
        "shorten it" "请缩短"
    }
    error MORE_ERRORS "more_errors" {
        "there are more than {0} errors; the first are told"
        "错误超过 {0} 个，只列出前面的"
        "mend these and check again" "请改正后再次检查"
    }
    warning MORE_WARNINGS "more_warnings" {
        "there are more than {0} warnings; the first are told"
        "警告超过 {0} 个，只列出前面的"
        "" ""
    }
    error FORM_REFUSED "form_refused" {
        "the form cannot be compiled: {0}"
        "表单无法编译：{0}"
        "make the form smaller, or change what is named" "请缩小表单，或修改所指之处"
    }
    error MISSING_SURVEY "missing_survey" {
        "the workbook has no sheet 'survey'; it has: {0}"
        "工作簿缺少工作表 survey，现有：{0}"
        "name the sheet with the questions survey" "将题目所在工作表命名为 survey"
    }
    error EMPTY_SURVEY "empty_survey" {
        "the form has no questions"
        "表单没有任何题目"
        "write one question a row below the header" "在表头下每行写一道题"
    }
    error MISSING_COLUMN "missing_column" {
        "the sheet has no column '{0}'"
        "工作表缺少“{0}”列"
        "write {0} into the header row, which is the first row that holds something" "在表头行（第一个非空行）写入 {0}"
    }
    error DUPLICATE_COLUMN "duplicate_column" {
        "the column '{0}' means the same as the one at {1}"
        "“{0}”列与 {1} 含义相同"
        "keep one of them" "只保留一列"
    }
    warning UNKNOWN_COLUMN "unknown_column" {
        "the column '{0}' is not known and is left out"
        "未知的列“{0}”，已忽略"
        "" ""
    }
    warning COLUMN_PASSED_OVER "column_passed_over" {
        "the column '{0}' has no effect here"
        "“{0}”列在此不起作用"
        "" ""
    }
    warning COLUMN_WITHOUT_EFFECT "column_without_effect" {
        "'{0}' has an effect only with {1}"
        "“{0}”只有与 {1} 同用才起作用"
        "clear the cell" "清空该单元格"
    }
    warning CHOICE_COLUMN_PASSED_OVER "choice_column_passed_over" {
        "no expression can name the column '{0}'; it is left out"
        "表达式无法引用“{0}”列，已忽略"
        "name it with letters, digits and _" "列名请用英文字母、数字和 _"
    }
    error FORMULA_WITHOUT_VALUE "formula_without_value" {
        "{0} holds a formula with no stored value"
        "{0} 含有公式但没有保存计算结果"
        "open the workbook in Excel and save it, or write the value" "用 Excel 打开并保存一次，或直接填写数值"
    }
    warning FORMULA "formula" {
        "{0} holds an Excel formula; its stored value is taken"
        "{0} 含有 Excel 公式，取其保存的结果"
        "write the value itself" "直接填写数值"
    }
    error CELL_ERROR "cell_error" {
        "the cell holds the Excel error {0}"
        "单元格为 Excel 错误值 {0}"
        "mend or clear it" "修正或清空"
    }
    error MERGED_CELLS "merged_cells" {
        "the cells {0} are merged; only the first of them holds the text"
        "{0} 为合并单元格，只有首格有内容"
        "unmerge them and fill every row" "取消合并并逐行填写"
    }
    warning LANGUAGE_WITHOUT_CODE "language_without_code" {
        "the language '{0}' has no code"
        "语言“{0}”缺少代码"
        "write it like Chinese (zh)" "请写成 Chinese (zh) 的形式"
    }
    warning MISSING_TRANSLATION "missing_translation" {
        "'{0}' is missing in the language '{1}'"
        "缺少“{1}”语言的 {0}"
        "" ""
    }
    warning MISSING_TRANSLATION_COLUMN "missing_translation_column" {
        "the sheet has no column '{0}', though other columns have that language"
        "工作表缺少“{0}”列，而其他列有该语言"
        "" ""
    }
    warning UNKNOWN_DEFAULT_LANGUAGE "unknown_default_language" {
        "no column is in the default language '{0}'"
        "没有任何列使用默认语言“{0}”"
        "write it as in the headers, like Chinese (zh)" "与表头写法一致，如 Chinese (zh)"
    }
    error SETTING_REFUSED "setting_refused" {
        "the setting '{0}' is not taken"
        "不支持设置项“{0}”"
        "delete the column" "删除该列"
    }
    warning SETTING_WITHOUT_EFFECT "setting_without_effect" {
        "the setting '{0}' has no effect here"
        "设置项“{0}”在此不起作用"
        "" ""
    }
    warning SETTINGS_ROW_PASSED_OVER "settings_row_passed_over" {
        "settings stand in the row below the header; this row is left out"
        "设置只取表头下一行，本行已忽略"
        "" ""
    }
    error MISSING_TYPE "missing_type" {
        "the row has no type"
        "本行缺少题型"
        "write its type, or clear the row" "填写 type，或清空本行"
    }
    error UNKNOWN_TYPE "unknown_type" {
        "'{0}' is no type of question"
        "“{0}”不是题型"
        "see the types of XLSForm" "请查阅 XLSForm 题型"
    }
    error MISSING_LIST "missing_list" {
        "'{0}' names no list of choices"
        "“{0}”没有写选项列表"
        "write {0} and the list's name" "写成 {0} 加列表名"
    }
    error UNKNOWN_LIST "unknown_list" {
        "the list '{0}' is not in the sheet choices"
        "choices 工作表中没有列表“{0}”"
        "write {1}" "请改为 {1}"
    }
    error MISSING_NAME "missing_name" {
        "the row of type '{0}' has no name"
        "题型为“{0}”的行缺少 name"
        "write a name of ASCII letters, digits and _" "用英文字母、数字和 _ 填写 name"
    }
    error INVALID_NAME "invalid_name" {
        "'{0}' is no name: a name begins with an ASCII letter or _ and goes on with letters, digits, _ . -"
        "“{0}”不能作为 name：须以英文字母或 _ 开头，其后为字母、数字、_ . -"
        "put the Chinese text in label" "中文请写在 label 列"
    }
    error RESERVED_NAME "reserved_name" {
        "the name '{0}' is reserved"
        "name“{0}”为保留字"
        "choose another" "请换一个"
    }
    error DUPLICATE_NAME "duplicate_name" {
        "the name '{0}' stands in row {1} of the same group already"
        "同一组第 {1} 行已有 name“{0}”"
        "choose another" "请换一个"
    }
    error NAME_TOO_LONG "name_too_long" {
        "the name '{0}' makes a key of {1} bytes; at most {2} are allowed"
        "name“{0}”形成的键长 {1} 字节，上限 {2}"
        "shorten the names of the question, its groups, repeats or choices" "缩短题目、分组、重复组或选项的 name"
    }
    error MISMATCHED_END "mismatched_end" {
        "this ends a {0}, but the innermost open one is the {1} begun in row {2}"
        "此处结束 {0}，但最内层未结束的是第 {2} 行开始的 {1}"
        "write end_{1}" "写成 end_{1}"
    }
    error END_WITHOUT_BEGIN "end_without_begin" {
        "this ends a {0}, but none is open"
        "此处结束 {0}，但没有对应的开始"
        "delete the row, or write begin_{0} above" "删除本行，或在上方补 begin_{0}"
    }
    error NOT_ENDED "not_ended" {
        "the {0} '{1}' has no end"
        "{0}“{1}”没有结束"
        "write end_{0} below its last row" "在其最后一行之下补 end_{0}"
    }
    error TOO_DEEP "too_deep" {
        "groups and repeats lie more than {0} deep in each other"
        "分组嵌套超过 {0} 层"
        "take a group away" "减少一层分组"
    }
    warning NO_LABEL "no_label" {
        "'{0}' has no label"
        "“{0}”没有 label"
        "" ""
    }
    error MISSING_CALCULATION "missing_calculation" {
        "'{0}' calculates nothing"
        "“{0}”没有计算式"
        "fill the column calculation" "填写 calculation 列"
    }
    error UNKNOWN_PARAMETER "unknown_parameter" {
        "this type has no parameter '{0}'"
        "此题型没有参数“{0}”"
        "" ""
    }
    error BAD_PARAMETER "bad_parameter" {
        "'{0}' cannot be read as a parameter"
        "参数“{0}”无法识别"
        "write key=value, apart by spaces" "写成 key=value，以空格分隔"
    }
    error BAD_RANGE "bad_range" {
        "from {0} to {1} is no whole number of steps of {2}"
        "{0} 到 {1} 不是步长 {2} 的整数倍"
        "choose a step that divides it" "换一个能整除的步长"
    }
    error MISSING_LIST_NAME "missing_list_name" {
        "the choice belongs to no list"
        "选项没有列表名"
        "fill list_name" "填写 list_name"
    }
    error MISSING_CHOICE_NAME "missing_choice_name" {
        "the choice of the list '{0}' has no name"
        "列表“{0}”的选项缺少 name"
        "fill name" "填写 name"
    }
    error DUPLICATE_CHOICE "duplicate_choice" {
        "the choice '{0}' of the list '{1}' stands in row {2} already"
        "列表“{1}”第 {2} 行已有选项“{0}”"
        "rename it, or set allow_choice_duplicates to yes" "改名，或将 allow_choice_duplicates 设为 yes"
    }
    error SPACE_IN_CHOICE "space_in_choice" {
        "the choice '{0}' has a space, and its list is used by select_multiple"
        "选项“{0}”含空格，而其列表用于 select_multiple"
        "write _ instead of the space" "用 _ 代替空格"
    }
    error OR_OTHER_WITH_FILTER "or_other_with_filter" {
        "or_other cannot go with choice_filter"
        "or_other 不能与 choice_filter 同用"
        "write the choice other and its text question yourself" "请自行添加 other 选项和说明题"
    }
    error SELECT_FROM_FILE "select_from_file" {
        "'{0}' takes its choices from a file, which is not supported yet"
        "“{0}”从文件取选项，暂不支持"
        "put the choices in the sheet choices" "把选项写入 choices 工作表"
    }
    error SELECT_FROM_REPEAT "select_from_repeat" {
        "'{0}' takes its choices from a repeat, which is not supported yet"
        "“{0}”从重复组取选项，暂不支持"
        "" ""
    }
    error CSV_EXTERNAL "csv_external" {
        "'{0}' reads a file, which is not supported yet"
        "“{0}”读取外部文件，暂不支持"
        "put the data in the sheet choices" "把数据写入 choices 工作表"
    }
    error RANK "rank" {
        "'{0}' is not supported yet"
        "“{0}”暂不支持"
        "ask for each place with a select_one" "用 select_one 逐个询问名次"
    }
    error GEOSHAPE "geoshape" {
        "'{0}' is not supported yet"
        "“{0}”暂不支持"
        "use geopoint" "改用 geopoint"
    }
    warning AUDIT "audit" {
        "'{0}' is left out: every change is signed and kept anyway"
        "“{0}”已忽略：每次修改均有签名留痕"
        "" ""
    }
    error TRIGGER "trigger" {
        "the column '{0}' is not supported yet"
        "“{0}”列暂不支持"
        "delete the column; calculations follow what they name" "删除该列；计算会随所引用的题目更新"
    }
    error SAVE_TO "save_to" {
        "the column '{0}' (entities) is not supported yet"
        "“{0}”列（实体）暂不支持"
        "delete the column" "删除该列"
    }
    error ENTITIES "entities" {
        "the sheet entities is not supported yet"
        "暂不支持 entities 工作表"
        "delete the sheet" "删除该工作表"
    }
    error RANDOMIZE "randomize" {
        "shuffled choices are not supported yet"
        "暂不支持随机排列选项"
        "delete randomize" "删除 randomize"
    }
    error BEGIN_LOOP "begin_loop" {
        "'{0}' is not supported"
        "不支持“{0}”"
        "use begin_repeat" "改用 begin_repeat"
    }
    error CASCADING_SELECT "cascading_select" {
        "'{0}' is not supported"
        "不支持“{0}”"
        "use choice_filter" "改用 choice_filter"
    }
    error EXTERNAL_CHOICES "external_choices" {
        "'{0}' (external choices) is not supported"
        "不支持“{0}”（外部选项）"
        "put the choices in the sheet choices and use choice_filter" "把选项写入 choices 工作表并用 choice_filter"
    }
    error OSM "osm" {
        "'{0}' is not supported"
        "不支持“{0}”"
        "use geopoint" "改用 geopoint"
    }
    error INCLUDE "include" {
        "'{0}' is not supported"
        "不支持“{0}”"
        "copy the rows into this sheet" "把各行复制到本表"
    }
    error XML_EXTERNAL "xml_external" {
        "'{0}' is not supported"
        "不支持“{0}”"
        "put the data in the sheet choices" "把数据写入 choices 工作表"
    }
    error BACKGROUND "background" {
        "'{0}' is not supported: nothing is recorded behind people's backs"
        "不支持“{0}”：不在后台记录"
        "use audio or geopoint" "改用 audio 或 geopoint"
    }
    error SIM "sim" {
        "'{0}' is not supported: phones do not tell it any more"
        "不支持“{0}”：手机已不再提供"
        "use deviceid" "改用 deviceid"
    }
    error EXTERNAL_APP "external_app" {
        "'{0}' opens another app, which is not supported"
        "“{0}”会打开其他应用，不支持"
        "delete it" "删除"
    }
    error SEARCH "search" {
        "'{0}' searches a file, which is not supported"
        "“{0}”检索外部文件，不支持"
        "write minimal autocomplete" "写成 minimal autocomplete"
    }
    error FLAT "flat" {
        "the column '{0}' is not supported"
        "不支持“{0}”列"
        "delete the column" "删除该列"
    }
}
