package org.sumu.demo.enrol

import android.content.Intent
import android.os.Bundle
import android.text.InputType
import android.widget.Button
import android.widget.EditText
import org.sumu.demo.R
import org.sumu.demo.record.Ask
import org.sumu.demo.screen.Screen
import org.sumu.demo.screen.button
import org.sumu.demo.screen.column
import org.sumu.demo.screen.text
import org.sumu.demo.sites.SitesActivity

/** Opens this phone's work by the recovery code, when the phone lost its key. Nothing is touched until the code fits. */
class UnlockActivity : Screen() {
    lateinit var code: EditText
    lateinit var open: Button

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        code = EditText(this).apply {
            hint = "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX"
            contentDescription = getString(R.string.locked_code)
            inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_CAP_CHARACTERS or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
        }
        open = button(getString(R.string.locked_open), strong = true) { unlock() }
        show(getString(R.string.locked_title), column(text(getString(R.string.locked_how)), code, open,
            button(getString(R.string.locked_anew)) { Ask.yes(this, R.string.locked_anew, R.string.locked_anew_ask, ::anew) }, gap = 12))
    }

    private fun unlock() = leaveAfter { app.recover(code.text.toString()) }

    /** Without key and code the old file stays as it is under another name, and the phone joins again. */
    private fun anew() = leaveAfter { app.startAnew() }

    private fun leaveAfter(act: suspend () -> Unit) = attempt(open) {
        tell(null as String?)
        act()
        startActivity(Intent(this, SitesActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_CLEAR_TOP))
        finish()
    }
}
