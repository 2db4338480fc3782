#include "web/jq_rules.h"

#include <string>

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;
using web::refuse_outside_access;

TEST_CASE("what reads or writes the outside is refused, with its place") {
  const auto refused = [](const std::string& text, const std::string& start) {
    CAPTURE(text);
    CHECK_THROWS_WITH(refuse_outside_access(text), Catch::StartsWith("jq: " + start));
  };
  refused("import \"a\" as a; .v", "line 1, column 1: 'import' reads other files");
  refused("include \"a\"; .v", "line 1, column 1: 'include' reads");
  refused(".a |\n  input", "line 2, column 3: 'input' asks for more documents");
  refused("[inputs]", "line 1, column 2: 'inputs'");
  refused("\"ü\" | env.HOME", "line 1, column 7: 'env' reads the environment");
  refused("$ENV | stderr", "line 1, column 1: '$ENV'");
  refused("$ # comment\n ENV", "line 1, column 1: '$ENV'");
  refused("$__prog_args", "line 1, column 1: '$__prog_args'");
  refused(".a | debug", "line 1, column 6: 'debug' writes to a terminal");
  refused("halt_error(1)", "line 1, column 1: 'halt_error' ends");
  for (const char* name :
       {"halt", "stderr", "input_filename", "input_line_number", "modulemeta", "get_search_list"})
    refused(std::string("1, ") + name, "line 1, column 4: '" + std::string(name));
}

TEST_CASE("a name is found wherever a program can use it") {
  for (const char* text :
       {"\"a \\(input) b\"", "\"a \\(\"\\(env)\")\"", "{a: env}", "{a: 1, b: input}", "{(input): 1}",
        "{a: [1, env]}", ".[env:1]", "{\"a\": input}", "def f: input; f", "if env then 1 else 2 end",
        "{a: 1 | env}", "@base64 \"\\(env)\"", ".a.b[input]", "1e5,env", "\"\\\\\",env"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(refuse_outside_access(text), base::Error);
  }
}

TEST_CASE("keys, fields, variables, texts and comments may have any name") {
  for (const char* text : {".env", ".a.input", "{env: 1, input: 2}", "{env, debug}", "{ # comment\n env: 1}",
                           ". as $input | $input", "\"input env\"", "\"a \\( .a ) input\"", "# env\n.a",
                           "environment_of(.)", "inputs_of", "@text \"env\"", ".\"env\"", "[.halt, .debug]",
                           "\"\\\" env\"", "getpath([\"env\"])", "{a: {env: 1}}", "{(.a): 1, env: 2}"}) {
    CAPTURE(text);
    CHECK_NOTHROW(refuse_outside_access(text));
  }
}

TEST_CASE("any text can be given") {
  for (const char* text :
       {"", "\"", "\"\\", "\"\\(", "$", "#", ")", "}]", "{,", ".", "\"\\()\")", "\xff\xfe"}) {
    CAPTURE(text);
    CHECK_NOTHROW(refuse_outside_access(text));
  }
}
