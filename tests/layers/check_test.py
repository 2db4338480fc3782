#!/usr/bin/env python3
"""The checker itself: each rule is broken once in a small house, and must be noticed; a good house passes."""

import pathlib
import tempfile
import unittest

from check import problems, top_problems
from functions import functions


def house(files):
    """The problems of a house that holds these files, and a CMakeLists.txt a folder that names all its sources."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        sources = [name for name in files if name.endswith(".cc")]
        (root / "CMakeLists.txt").write_text("\n".join(sources))
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return list(problems(root))


BASE = {"src/base/text.h": "#pragma once\n#include <string>\n", "src/load/plan.h": "", "src/stats/histogram/histogram.h": ""}


class CheckTest(unittest.TestCase):
    def assert_only_problem(self, files, words):
        found = house(BASE | files)
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_a_house_in_order_has_no_problems(self):
        self.assertEqual(house(BASE | {
            "src/load/engine.cc": '#include <sys/epoll.h>\n#include "base/text.h"\n#include "stats/histogram/histogram.h"\n',
            "tasks/http/task.cc": '#include "load/plan.h"\n#include "tasks/load/window.h"\n',
            "tasks/load/window.h": "",
            "tasks/catalog.cc": '#include "tasks/http/task.h"\n',
            "tasks/http/task.h": "",
        }), [])

    def test_an_include_that_points_up_is_a_problem(self):
        self.assert_only_problem({"src/base/text.cc": '#include "load/plan.h"\n'}, "base must not include")

    def test_peers_do_not_include_each_other(self):
        self.assert_only_problem({"src/experiment/model.h": '#include "load/plan.h"\n'}, "experiment must not include")

    def test_a_room_does_not_include_one_above_it(self):
        files = {"src/stats/math/root.h": "", "src/stats/posterior/posterior.h": '#include "stats/math/root.h"\n'}
        self.assertEqual(house(BASE | files), [])
        self.assert_only_problem(files | {"src/stats/math/root.cc": '#include "stats/posterior/posterior.h"\n'},
                                 "posterior stands above it")
        self.assert_only_problem(files | {"src/stats/attic/a.h": '#include "stats/math/root.h"\n'}, "is not a room of")

    def test_a_task_does_not_include_another_task(self):
        self.assert_only_problem({"tasks/http/task.h": "", "tasks/assess/task.cc": '#include "tasks/http/task.h"\n'},
                                 "a task never includes another")

    def test_an_outside_library_stops_in_its_layer(self):
        self.assert_only_problem({"src/load/a.h": "#include <curl/curl.h>\n"}, "stops in web")
        self.assert_only_problem({"src/stats/a.h": "#include <nlohmann/json.hpp>\n"}, "stops in config")

    def test_an_unknown_library_is_a_problem(self):
        self.assert_only_problem({"src/load/a.h": "#include <lzma.h>\n"}, "in no table")

    def test_an_include_must_be_a_whole_path(self):
        self.assert_only_problem({"src/load/a.cc": '#include "plan.h"\n'}, "write the whole path")
        self.assert_only_problem({"src/load/b.cc": '#include "../base/text.h"\n'}, "write the whole path")

    def test_a_source_outside_the_layers_is_a_problem(self):
        self.assert_only_problem({"src/util/a.h": ""}, "stands in no layer")

    def test_a_source_that_is_not_built_is_a_problem(self):
        self.assert_only_problem({"src/load/CMakeLists.txt": "SOURCES xdead.cc", "src/load/dead.cc": ""},
                                 "never compiled")

    def test_nothing_unknown_stands_at_the_top(self):
        self.assertEqual(list(top_problems(["src", "README.md"])), [])
        problem, = top_problems(["src", "notes.txt"])
        self.assertIn("notes.txt", problem)

    def test_long_files_and_functions_are_problems(self):
        self.assert_only_problem({"src/load/a.h": "\n" * 401}, "401 lines")
        body = "int f(int a) {\n" + "  a++;\n" * 60 + "  return a;\n}\n"
        self.assert_only_problem({"src/load/a.cc": body}, "a function of 63 lines")

    def test_a_leftover_needs_an_issue(self):
        self.assert_only_problem({"src/load/a.h": "// TO" + "DO later\n"}, "without the number of its issue")
        self.assertEqual(house(BASE | {"src/load/a.h": "// TO" + "DO(#7) later\n"}), [])

    def test_prose_that_reads_as_a_translation_is_a_problem(self):
        self.assert_only_problem({"src/load/a.h": "/// Null when the text is no\n/// number.\n"}, '"is no number"')
        self.assert_only_problem({"src/load/a.cc": 'const char* a = "x is no path";\n'}, '"is no path"')
        self.assert_only_problem({"src/load/a.h": "/// What it came to.\n".lower()}, '"what it came to"')
        self.assert_only_problem({"docs/load.md": "# Load\n\nA step is no failure.\n"}, "docs/load.md:3")

    def test_good_english_passes(self):
        self.assertEqual(house(BASE | {
            "src/load/a.h": "/// There is no limit, it is no longer used, and that is no reason to fail: there\n"
                            "/// are no others. What came to an end is recorded.\n",
            "src/load/b.cc": "bool is_no_number(int is, int no);\n",
        }), [])

    def test_a_comment_names_only_files_that_exist(self):
        self.assert_only_problem({"src/load/a.h": "/// See docs/design.md.\n"}, "docs/design.md is not in the repository")
        self.assert_only_problem({"src/load/a.h": "// formats as old_plan.h does\n"}, "old_plan.h is not in the repository")
        self.assertEqual(house(BASE | {
            "docs/load.md": "",
            "src/load/a.h": "// plan.h, load/plan.h, docs/load.md, providers/NAME.cc, curl/curl.h, sys/epoll.h, e.g. a.b\n",
        }), [])


class FunctionsTest(unittest.TestCase):
    def test_functions_are_found_in_namespaces_and_classes(self):
        text = 'namespace a {\nstruct S {\n  int f() const {\n    return \'{\';\n  }\n};\n}  // namespace\n'
        self.assertEqual([(line, length) for line, length, _ in functions(text)], [(3, 3)])

    def test_tables_and_braces_in_text_are_no_functions(self):
        text = 'const int table[] = {\n  1, 2};\nstatic const std::vector<int> more{\n  1};\nauto s = R"({{{)";\n'
        self.assertEqual(list(functions(text)), [])

    def test_a_function_counts_once_with_its_lambdas_and_blocks(self):
        text = "void f(\n    int a) {\n  if (a) {\n    g([] { h(); });\n  }\n}\n"
        self.assertEqual([(line, length) for line, length, _ in functions(text)], [(1, 6)])

    def test_a_function_that_returns_a_struct_by_name_is_a_function(self):
        self.assertEqual([length for _, length, _ in functions("struct S f() {\n  return {};\n}\n")], [3])


if __name__ == "__main__":
    unittest.main()
