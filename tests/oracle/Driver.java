import java.io.BufferedReader;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.QuickTriggerable;
import org.javarosa.core.model.TriggerableDag;
import org.javarosa.core.model.actions.setgeopoint.SetGeopointAction;
import org.javarosa.core.model.actions.setgeopoint.SetGeopointActionHandler;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.DateTimeData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.TimeData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.test.Scenario;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xpath.expr.XPathFuncExpr;
import org.javarosa.xpath.expr.XPathPathExpr;

/**
 * Drives JavaRosa by lines: a command and its tab-separated arguments in, the whole state of the form as one JSON line out.
 * Commands: open FILE, set PATH VALUE, add REPEAT, remove INSTANCE, language NAME, again. A step that fails answers {"error": ...}.
 */
public final class Driver {
    private static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    private FormDef form;
    private FormEntryController controller;

    public static void main(String[] arguments) throws Exception {
        // Its own handler writes a word that is no position; here, as in `form run`, nobody knows where the form is opened.
        XFormParser.registerActionHandler(SetGeopointActionHandler.ELEMENT_NAME, new SetGeopointActionHandler() {
            @Override
            public SetGeopointAction getSetGeopointAction() {
                return new Nowhere();
            }
        });
        // JavaRosa tells its progress on the standard output; the answers go to the real one.
        System.setOut(System.err);
        Driver driver = new Driver();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t", -1);
            for (int i = 0; i < parts.length; i++) parts[i] = unescape(parts[i]);
            String answer;
            try {
                driver.step(parts);
                answer = driver.state();
            } catch (Throwable failure) {
                answer = "{\"error\":" + quoted(String.valueOf(failure)) + "}";
            }
            OUT.println(answer);
            OUT.flush();
        }
    }

    /** The position of a phone that knows none. */
    public static final class Nowhere extends SetGeopointAction {
        public Nowhere() {
            super(null);
        }

        @Override
        public void requestLocationUpdates() { }
    }

    private void step(String[] parts) throws Exception {
        switch (parts[0]) {
            case "open":
                form = Scenario.createFormDef(new File(parts[1]));
                form.initialize(true, new InstanceInitializationFactory());
                controller = new FormEntryController(new FormEntryModel(form));
                break;
            case "set":
                set(parts[1], parts[2]);
                break;
            case "add":
                controller.newRepeat(prompt(parts[1]));
                break;
            case "remove":
                controller.deleteRepeat(instance(parts[1]));
                break;
            case "language":
                controller.setLanguage(parts[1]);
                break;
            case "again":
                again();
                break;
            case "state":
                break;
            default:
                throw new IllegalArgumentException("unknown command " + parts[0]);
        }
        walk();
    }

    /**
     * Computes everything again, in every instance, but for questions that people answer. After an edit JavaRosa computes
     * only in the instance that was edited, and after a removal only what names the instance's own questions.
     */
    private void again() throws Exception {
        Field field = FormDef.class.getDeclaredField("dagImpl");
        field.setAccessible(true);
        Object dag = field.get(form);
        Field sorted = TriggerableDag.class.getDeclaredField("triggerablesDAG");
        sorted.setAccessible(true);
        Method evaluate = TriggerableDag.class.getDeclaredMethod("evaluateTriggerable", FormInstance.class,
            EvaluationContext.class, QuickTriggerable.class, boolean.class, TreeReference.class);
        evaluate.setAccessible(true);
        for (Object each : (Set<?>) sorted.get(dag)) {
            QuickTriggerable triggerable = (QuickTriggerable) each;
            if (!triggerable.isCondition() && isAnswered(triggerable)) continue;
            evaluate.invoke(dag, form.getMainInstance(), form.getEvaluationContext(), triggerable, true, TreeReference.rootRef());
        }
    }

    private boolean isAnswered(QuickTriggerable triggerable) {
        for (TreeReference target : triggerable.getTriggerable().getTargets()) {
            if (FormDef.findQuestionByRef(target, form) != null) return true;
        }
        return false;
    }

    /** Visits every screen, as a person who swipes through the form: JavaRosa makes counted repeats only then. */
    private void walk() {
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        while (controller.stepToNextEvent() != FormEntryController.EVENT_END_OF_FORM) { }
    }

    private void set(String path, String value) {
        TreeElement node = find(path);
        if (node == null) throw new IllegalArgumentException("no node " + path);
        IAnswerData data = null;
        if (!value.isEmpty()) {
            int type = node.getDataType();
            data = type == Constants.DATATYPE_NULL || type == Constants.DATATYPE_TEXT || type == Constants.DATATYPE_UNSUPPORTED
                ? new StringData(value)
                : AnswerDataFactory.templateByDataType(type).cast(new UncastData(value));
        }
        form.setValue(data, node.getRef(), node, true);
    }

    private FormIndex prompt(String path) {
        FormEntryModel model = controller.getModel();
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        for (index = model.incrementIndex(index); !index.isEndOfFormIndex(); index = model.incrementIndex(index)) {
            if (model.getEvent(index) == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
                TreeReference reference = index.getReference();
                if (path(reference.getParentRef()).equals(parent(path)) && reference.getNameLast().equals(last(path))) return index;
            }
        }
        throw new IllegalArgumentException("no room for another " + path);
    }

    private FormIndex instance(String path) {
        FormEntryModel model = controller.getModel();
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        for (index = model.incrementIndex(index); !index.isEndOfFormIndex(); index = model.incrementIndex(index)) {
            if (model.getEvent(index) == FormEntryController.EVENT_REPEAT && path(index.getReference()).equals(path)) return index;
        }
        throw new IllegalArgumentException("no instance " + path);
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private TreeElement find(String path) {
        return find(form.getMainInstance().getRoot(), "", path);
    }

    private static TreeElement find(TreeElement node, String above, String path) {
        String here = path(node, above);
        if (here.equals(path)) return node;
        if (!path.startsWith(here + "/")) return null;
        for (int i = 0; i < node.getNumChildren(); i++) {
            TreeElement child = node.getChildAt(i);
            if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
            TreeElement found = find(child, here, path);
            if (found != null) return found;
        }
        return null;
    }

    private static String path(TreeElement node, String above) {
        return above + "/" + node.getName() + (node.isRepeatable() ? "[" + (node.getMult() + 1) + "]" : "");
    }

    private String path(TreeReference reference) {
        StringBuilder path = new StringBuilder();
        TreeReference so = TreeReference.rootRef();
        for (int i = 0; i < reference.size(); i++) {
            so = so.extendRef(reference.getName(i), reference.getMultiplicity(i));
            TreeElement node = form.getMainInstance().resolveReference(so);
            path.append('/').append(reference.getName(i));
            if (node != null && node.isRepeatable()) path.append('[').append(node.getMult() + 1).append(']');
        }
        return path.toString();
    }

    private String state() {
        StringBuilder json = new StringBuilder("{");
        write(json, form.getMainInstance().getRoot(), "");
        return json.append('}').toString();
    }

    private void write(StringBuilder json, TreeElement node, String above) {
        String path = path(node, above);
        if (json.length() > 1) json.append(',');
        String value = "";
        boolean valid = true;
        if (node.getNumChildren() == 0) {
            value = value(node);
            valid = form.evaluateConstraint(node.getRef(), node.getValue());
        }
        json.append(quoted(path)).append(":{\"value\":").append(quoted(value))
            .append(",\"relevant\":").append(node.isRelevant())
            .append(",\"required\":").append(node.isRequired())
            .append(",\"readonly\":").append(!node.isEnabled())
            .append(",\"valid\":").append(valid).append('}');
        for (int i = 0; i < node.getNumChildren(); i++) {
            TreeElement child = node.getChildAt(i);
            if (child.getMult() != TreeReference.INDEX_TEMPLATE) write(json, child, path);
        }
    }

    /** The XPath string; of a time or a moment the stored text, because JavaRosa's XPath string has only the day. */
    private String value(TreeElement node) {
        IAnswerData data = node.getValue();
        if (data instanceof TimeData || data instanceof DateTimeData) {
            return node.isRelevant() ? data.uncast().getString() : "";
        }
        return XPathFuncExpr.toString(XPathPathExpr.getRefValue(form.getMainInstance(), form.getEvaluationContext(), node.getRef()));
    }

    private static String unescape(String text) {
        return text.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\");
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }
}
