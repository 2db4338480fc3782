"""Invalid keys and values: each is found before anything runs, at its own position, with the nearest valid name."""

import re
import unittest

from harness.case import Case
from harness.servers import well_behaved

NOT_A_COUNT = ("many", "1.5", "-1", "[]", "{}", "'3 '", "true", "99999999999999999999", "1e400", ".nan", ".inf", "0x", "1_000")
NOT_A_POSITIVE_COUNT = ("0", *NOT_A_COUNT)
NOT_A_TIME = ("fast", "[]", "{}", "-1s", "10parsecs", "1s2", "99999999999h", "1e400s", "s", "true", ".inf")
NOT_A_FLAG = ("maybe", "2", "[]", "{}", "1s")
NOT_TEXT = ("[]", "{}", "[a]", "{a: b}")
NOT_A_MAP = ("text", "3", "[a]", "true")

# Values that each option of http refuses, as written in the file.
HTTP = {
    "url": (*NOT_TEXT, "''", "ftp://host/", "http://", "'http://a b/'", "http://host:99999/", "http://host:x/", "http://:80/",
            "'http://[::1/'", '"http://host/\\x01"', '"http://host/\\r\\nX: 1"', "'unix:'", "http://host:-1/", "http://host:0/"),
    "method": (*NOT_TEXT, "''", "'GET /evil HTTP/1.1'", '"GET\\r\\n"', "'G T'"),
    "numRequests": NOT_A_POSITIVE_COUNT,
    "duration": ("0s", *NOT_A_TIME),
    "qps": ("0", "-1", "-0.5", "fast", "[]", "{}", "true", "1e400", ".nan", ".inf", "99999999999999999999999"),
    "connections": (*NOT_A_POSITIVE_COUNT, "100000000"),
    "timeout": ("0s", *NOT_A_TIME),
    "warmupDuration": NOT_A_TIME,
    "payloadStr": NOT_TEXT,
    "payloadFile": NOT_TEXT,
    "payloadURL": (*NOT_TEXT, "ftp://host/x", "'http://a b/'"),
    "contentType": (*NOT_TEXT, '"text/plain\\r\\nX-Evil: 1"'),
    "headers": (*NOT_A_MAP, "{X: []}", "{X: {}}", "{'': v}", "{'a b': v}", '{X: "a\\r\\nEvil: 1"}', '{X: "a\\nb"}',
                '{"X: y\\r\\nZ": v}', '{X: "a\\0b"}', "{Content-Length: 5}", "{Transfer-Encoding: chunked}"),
    "errorRanges": ("400", "text", "{lower: 400}", "[400]", "[{}]", "[{lower: x}]", "[{upper: 500, lower: 600}]",
                    "[{lower: -1}]", "[{lowr: 400}]"),
    "percentiles": ("text", "{}", "[text]", "[-1]", "[101]", "[.nan]", "[1e400]", "[[50]]"),
    "allowInitialErrors": NOT_A_FLAG,
    "warmup": NOT_A_FLAG,
    "keepAlive": NOT_A_FLAG,
    "sequential": NOT_A_FLAG,
    "arrival": (*NOT_TEXT, "''", "poison", "Closed loop", "3"),
    "tls": (*NOT_A_MAP, "{insecure: maybe}", "{ca: []}", "{certificate: x}", "{serverName: {}}"),
    "endpoints": (*NOT_A_MAP, "{a: text}", "{a: [x]}", "{a: {qps: -1}}", "{a: {qbs: 1}}", "{a: {url: 'ftp://x'}}", "{'a/b': {}}", "{'': {}}", "{'a b': {}}"),
    "versionInfo": ("text", "{}", "[]", "[text]", "[{url: 'ftp://x'}]", "[{urll: 'http://x'}]", "[{url: 'http://x', headers: 3}]"),
    "path": NOT_TEXT,
}


class FieldCase(Case):

    def setUp(self):
        super().setUp()
        self.server = well_behaved()
        self.addCleanup(self.server.stop)

    def assert_problem_at(self, content, place, *patterns):
        """`place` is "LINE:COL" or the beginning of it."""
        self.write("experiment.yaml", content)
        before = self.server.connections
        finished = self.iter8("run")
        self.assert_refused(finished, *patterns)
        self.assertRegex(finished.err, rf"(?m)^experiment\.yaml:{place}(:|\b).*error: ", finished.story())
        self.assertEqual(self.server.connections, before)
        return finished

    def http(self, *lines):
        return "\n".join(["tasks:", "- task: http", "  with:", f"    url: {self.server.url()}", *lines, ""])


class HttpFields(FieldCase):

    def test_every_wrong_value_of_http_is_refused_at_its_place(self):
        for field, values in HTTP.items():
            for value in values:
                with self.subTest(f"{field}: {value}"):
                    self.assert_problem_at(self.with_field(field, value), 4 if field in ("url", "versionInfo") else 5)

    def with_field(self, field, value):
        line = f"    {field}: {value}"
        if field in ("url", "versionInfo"):
            return f"tasks:\n- task: http\n  with:\n{line}\n"
        return self.http(line)

    def test_a_missing_url_is_named(self):
        self.assert_problem_at("tasks:\n- task: http\n  with: {qps: 3}\n", "2|3", "url")
        self.assert_problem_at("tasks:\n- task: http\n", "2", "url")

    def test_with_is_not_a_map(self):
        for value in ("text", "3", "[]"):
            with self.subTest(value):
                self.assert_problem_at(f"tasks:\n- task: http\n  with: {value}\n", "3", "map")

    def test_duplicate_keys_are_errors_at_every_level(self):
        self.assert_problem_at(self.http("    qps: 1", "    qps: 2"), "6:5", "qps|duplicate|twice")
        self.assert_problem_at(self.http("  if: not Completed()", "  if: Completed()"), "6:3", "if|duplicate|twice")
        self.assert_problem_at(self.http() + "tasks: []\n", "5:1", "tasks|duplicate|twice")

    def test_the_same_option_in_two_spellings_is_an_error(self):
        self.assert_problem_at("tasks:\n- task: http\n  with:\n    versionInfo:\n    - url: http://x\n    url: http://y\n",
                               "[456]")


class UnknownNames(FieldCase):

    def test_an_unknown_key_is_an_error_with_a_suggestion_at_every_level(self):
        task = self.http()
        for content, place, suggestion in (
                (task + "finaly: []\n", "5:1", "finally"),
                (task + "loop: {iteration: 2}\n", "5:8", "iterations"),
                (task + "  retrys: 2\n", "5:3", "retries"),
                (self.http("    numRequest: 5"), "5:5", "numRequests"),
                (self.http("    tls: {insecur: true}"), "5:11", "insecure"),
                (self.http("    errorRanges: [{loer: 400}]"), "5:20", "lower"),
                (self.http("    endpoints: {a: {urll: /x}}"), "5:21", "url"),
                (task + "- task: assess\n  with: {slo: []}\n", "6:10", "slos"),
                (task + "- task: assess\n  with: {slos: [{metric: http/error-rate, uper: 0}]}\n", "6:43", "upper"),
        ):
            with self.subTest(suggestion):
                self.assert_problem_at(content, place, f"unknown.*{suggestion}")

    def test_an_unknown_task_is_an_error_with_a_suggestion(self):
        self.assert_problem_at("tasks:\n- task: htpp\n  with: {url: 'http://x'}\n", "2:9", "unknown task 'htpp'.*http")
        self.assert_problem_at("tasks:\n- task: asess\n", "2:9", "assess")

    def test_a_missing_plugin_is_an_error(self):
        self.assert_problem_at("tasks:\n- task: x-no-such-plugin\n", "2:[39]", "iter8-task-no-such-plugin")

    def test_a_plugin_name_that_leaves_the_folder_is_an_error(self):
        for name in ("x-../../bin/true", "x-", "x-a b", "x-/bin/true", "x-.."):
            with self.subTest(name):
                self.assert_problem_at(f"tasks:\n- task: '{name}'\n", "2:[39]")

    def test_an_unknown_metric_in_an_objective_is_an_error_with_a_suggestion(self):
        task = self.http() + "- task: assess\n  with:\n    slos:\n    - {metric: %s, upper: 1}\n"
        self.assert_problem_at(task % "http/error-rat", "8", "http/error-rate")
        self.assert_problem_at(task % "http/latency-p", "8")
        self.assert_problem_at(task % "http/latency-p101", "8")
        self.assert_problem_at(task % "nonsense", "8")
        self.assert_problem_at(task % "grpc/error-rate", "8")


class Entries(FieldCase):

    def test_an_entry_needs_a_task_or_a_script(self):
        self.assert_problem_at("tasks:\n- name: nothing\n", "2:3", "neither")
        self.assert_problem_at("tasks:\n- with: {}\n", "2:3", "neither")

    def test_an_entry_cannot_be_both(self):
        self.assert_problem_at("tasks:\n- task: http\n  run: 'true'\n  with: {url: 'http://x'}\n", "[23]", "both")

    def test_entries_of_a_wrong_kind(self):
        for value in ("text", "3", "[]", "null", ""):
            with self.subTest(value):
                self.assert_problem_at(f"tasks:\n- {value}\n", "[123]")

    def test_wrong_values_of_the_keys_that_every_task_has(self):
        for line in ("timeout: 0s", "timeout: -1s", "timeout: 5", "timeout: []", "retries: -1", "retries: many", "retries: 1.5",
                     "retries: 99999999999", "continueOnError: maybe", "name: []", "if: []", "if: {}", "if: ''", "task: []",
                     "run: []", "run: {}"):
            with self.subTest(line):
                entry = "  run: 'true'\n" if not line.startswith(("task", "run")) else ""
                self.assert_problem_at(f"tasks:\n- name: x\n{entry}  {line}\n" if not line.startswith("name") else
                                       f"tasks:\n- {line}\n  run: 'true'\n", "[234]")

    def test_wrong_values_of_the_loop(self):
        for value in ("text", "[]", "3", "{iterations: 0}", "{iterations: -1}", "{iterations: x}", "{iterations: 1e99}",
                      "{iterations: 2, interval: soon}", "{iterations: 2, interval: -1s}", "{iterations: 2, until: []}",
                      "{iterations: 2, until: Nonsense()}"):
            with self.subTest(value):
                self.assert_problem_at(f"tasks:\n- run: 'true'\nloop: {value}\n", "3")

    def test_wrong_lists_of_tasks(self):
        for value in ("text", "3", "{}", "true", "", "[]"):
            with self.subTest(value):
                self.assert_problem_at(f"name: x\ntasks: {value}\n", "[12]")
        for section in ("setup", "finally"):
            self.assert_problem_at(f"tasks:\n- run: 'true'\n{section}: text\n", "3")

    def test_wrong_versions(self):
        for value in ("text", "{}", "[]", "[[]]", "['']", "[a, a]", "[{url: x}, {name: a}, {name: a}]", "[{name: []}]", "[{name: ''}]"):
            with self.subTest(value):
                self.assert_problem_at(f"tasks:\n- run: 'true'\nversions: {value}\n", "3")

    def test_more_versions_than_can_be_compared_are_refused_at_once_and_many_tasks_are_read(self):
        versions = "".join(f"- v{number}\n" for number in range(100_000))
        self.write("experiment.yaml", f"versions:\n{versions}tasks:\n- run: 'true'\n")
        self.assert_refused(self.iter8("validate"), "found 100000 versions, expected at most 1000")
        self.write("experiment.yaml", "tasks:\n" + "- run: 'true'\n" * 30_000)
        finished = self.iter8("validate")
        self.assert_code(finished, 0)
        self.assertIn("30000 tasks", finished.out)

    def test_a_name_with_control_characters_never_reaches_the_terminal(self):
        self.write("experiment.yaml", 'name: "\\e[2Jx"\nversions: [{name: "a\\e]0;b\\a\\n|c"}]\n'
                                      'tasks:\n- {run: "true", name: "n\\e[1m\\nfake: line"}\n')
        for finished in (self.iter8("run"), self.iter8("report"), self.iter8("report", "-o", "markdown"),
                         self.iter8("run", "--dry-run")):
            self.assertNotIn("\x1b", finished.text)
            self.assertNotRegex(finished.text, r"(?m)^fake: line")


class Conditions(FieldCase):

    def test_wrong_conditions_are_errors_at_their_place(self):
        for condition, place, pattern in (
                ("Completed(", "3:", "expected|unexpected|missing|end"),
                ("Completd()", "3:7", "Completed"),
                ("Result.NumLops == 1", "3:7", "NumLoops"),
                ("1 +", "3:", ""),
                ("Completed() Completed()", "3:19", ""),
                ("Metric()", "3:7", "argument"),
                ("Winner(1, 2, 3)", "3:7", "argument"),
                ("1 = 1", "3:9", ""),
                ("true and", "3:", ""),
                ("'open", "3:", ""),
                ("(((((((1", "3:", ""),
                ("@", "3:", ""),
                ("Result.Failure matches '('", "3:", ""),
        ):
            with self.subTest(condition):
                quoted = condition if re.match(r"^[A-Za-z(1]", condition) else '"' + condition + '"'
                self.assert_problem_at(f"tasks:\n- run: 'true'\n  if: {quoted}\n", place, pattern)

    def test_a_condition_of_enormous_depth_or_length_is_refused(self):
        for condition in ("(" * 100_000 + "true" + ")" * 100_000, "not " * 100_000 + "true", "-" * 100_000 + "1 == 1",
                          "true and " * 300_000 + "true", "[" * 100_000, "1 ? " * 100_000, "a." * 100_000 + "a"):
            with self.subTest(condition[:20]):
                finished = self.assert_problem_at(f"tasks:\n- run: 'true'\n  if: \"{condition}\"\n", "3")
                self.assertLess(len(finished.err), 20_000, "the message repeats the whole condition")

    def test_a_condition_that_is_no_boolean_fails_the_task_or_the_file(self):
        for condition in ("1", "'text'", "1 + 1", "1 / 0 == 1", "'a' > 1", "nil > 1"):
            with self.subTest(condition):
                self.write("experiment.yaml", f"tasks:\n- run: touch ran\n  if: \"{condition}\"\n")
                finished = self.iter8("run")
                self.assertIn(finished.code, (1, 2), finished.story())
                self.assertFalse((self.folder / "ran").exists())

    def test_a_pattern_that_backtracks_for_ever_ends(self):
        hostile = "'" + "a" * 40 + "b' matches '^(a+)+$'"
        self.write("experiment.yaml", f"tasks:\n- run: 'true'\n  if: \"{hostile}\"\n")
        finished = self.iter8("run")
        self.assertLess(finished.cpu_seconds, 2, finished.story())


class References(FieldCase):

    def test_an_undefined_variable_is_an_error_at_its_column(self):
        self.assert_problem_at(self.http('    headers: {X: "a ${NO_SUCH_VARIABLE} b"}'), "5:", "NO_SUCH_VARIABLE")

    def test_broken_references_are_errors(self):
        for value in ("${", "${}", "${OPEN", "${A-B}", "${file:}", "${file:/no/such/file}", "${file:.}", "${file:/dev/zero}",
                      "${ HOME }"):
            with self.subTest(value):
                self.assert_problem_at(self.http(f'    headers: {{X: "{value}"}}'), "5:")

    def test_a_variable_cannot_bring_a_line_into_the_request(self):
        self.write("experiment.yaml", self.http("    headers: {X: '${EVIL}'}", "    numRequests: 1"))
        finished = self.iter8("run", environment={"EVIL": "a\r\nX-Evil: 1"})
        self.assert_refused(finished, "headers|control|line")
        self.assertEqual(self.server.connections, 0)

    def test_a_variable_is_a_value_and_never_yaml(self):
        self.write("experiment.yaml", self.http("    headers: {X: '${EVIL}'}", "    numRequests: 1"))
        finished = self.iter8("run", environment={"EVIL": "{a: b}, Y: ${HOME}"})
        self.assert_code(finished, 0)

    def test_a_wrong_number_from_a_variable_is_an_error_where_it_stands(self):
        self.write("experiment.yaml", self.http("    qps: ${RATE}"))
        finished = self.iter8("run", environment={"RATE": "-5"})
        self.assert_refused(finished, "qps")
        self.assertIn("experiment.yaml:5:", finished.err)


class Templates(FieldCase):

    def test_broken_templates_are_errors_at_their_place(self):
        for template in ("{{", "{{ }}", "{{ .version.url", "{{ nonsense }}", "{{ .version.no_such_key }}", "{{ if }}", "{{ end }}",
                         "{{ range .versions }}", "{{ .version.name | }}", "{{ 1 2 }}", "{{ \"open }}", "{{ template \"x\" }}"):
            with self.subTest(template):
                self.assert_problem_at(self.http(f"    headers: {{X: '{template}'}}"), "5")

    def test_templates_that_would_fill_the_memory_or_never_end_are_refused(self):
        for template in ("{{ repeat 1000000000 \"x\" }}", "{{ range until 1000000000 }}x{{ end }}", "{{ until 1000000000 }}",
                         "{{ printf \"%999999999d\" 1 }}", "{{ range until 2000 }}{{ range until 2000 }}x{{ end }}{{ end }}",
                         "{{ $x := \"x\" }}{{ range until 100 }}{{ $x = print $x $x }}{{ end }}", "{{ indent 1000000000 \"x\" }}",
                         "{{ add 9223372036854775807 1 | repeat 3 }}", "{{ " + "(" * 100_000 + " }}", "{{ if 1 }}" * 50_000):
            with self.subTest(template[:40]):
                self.write("experiment.yaml", self.http(f"    headers: {{X: '{template}'}}", "    numRequests: 1"))
                finished = self.iter8("validate")
                self.assertIn(finished.code, (0, 1, 2), finished.story())
                self.assertLess(finished.cpu_seconds, 2, finished.story())
                self.assertLess(finished.peak_mebibytes, 256, finished.story())
                self.assertLess(len(finished.text), 20_000)


class Objectives(FieldCase):

    def test_an_objective_needs_a_limit(self):
        self.objective("{metric: http/error-rate}", "limit|upper|lower")
        self.objective("{upper: 3}", "metric")

    def test_a_limit_in_a_unit_of_another_kind_is_an_error(self):
        self.objective("{metric: http/latency-p95, upper: 250KB}", "")
        self.objective("{metric: http/error-rate, upper: 250ms}", "")
        self.objective("{metric: http/request-count, lower: 3s}", "")

    def test_wrong_limits(self):
        for limit in ("fast", "[]", "{}", ".nan", "1e400", "+x%", "10%%", "''", "true"):
            with self.subTest(limit):
                self.objective(f"{{metric: http/latency-p95, upper: {limit}}}", "")

    def test_a_lower_limit_above_the_upper_one_is_an_error(self):
        self.objective("{metric: http/latency-p95, lower: 20, upper: 10}", "")

    def test_wrong_lists_of_objectives(self):
        for value in ("text", "3", "[text]", "[[]]", "{uper: []}"):
            with self.subTest(value):
                self.assert_problem_at(self.http("- task: assess", f"  with: {{slos: {value}}}"), "6")

    def objective(self, text, pattern):
        content = self.http("- task: assess", "  with:", "    slos:", f"    - {text}")
        self.assert_problem_at(content, "8", pattern)


class SeveralMistakes(FieldCase):

    def test_five_different_mistakes_get_five_located_messages_and_nothing_is_sent(self):
        content = self.http("    qbs: 5",                                     # 5:5 unknown key
                            "    timeout: soon",                              # 6:14 no duration
                            "- task: asess",                                  # 7:9 unknown task
                            "- run: 'true'",
                            "  if: Completd()",                               # 9:7 unknown function
                            "- task: http",
                            "  with: {url: 'http://${NO_SUCH_VARIABLE}/'}")   # 11 undefined variable
        self.write("experiment.yaml", content)
        for command in ("run", "validate"):
            finished = self.iter8(command)
            self.assert_refused(finished)
            places = re.findall(r"(?m)^experiment\.yaml:(\d+):\d+: error: ", finished.err)
            self.assertEqual(places, ["5", "6", "7", "9", "11"], finished.story())
        self.assertEqual(self.server.connections, 0)
        self.assertFalse((self.folder / "result.yaml").exists())

    def test_lenient_forgives_unknown_keys_and_other_cases_aloud(self):
        self.write("experiment.yaml", self.http("    numrequests: 2", "    QPS: 100", "    nonsense: 1"))
        self.assert_code(self.iter8("validate"), 2)
        finished = self.iter8("run", "--lenient")
        self.assert_code(finished, 0)
        self.assert_says(finished, r"experiment\.yaml:7:5: warning: .*nonsense")
        self.assertEqual(self.server.requests, 2)

    def test_lenient_does_not_forgive_wrong_values(self):
        self.write("experiment.yaml", self.http("    qps: fast"))
        self.assert_refused(self.iter8("run", "--lenient"), "qps")


if __name__ == "__main__":
    unittest.main(verbosity=2)
