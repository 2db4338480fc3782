#include "config/template/template.h"

#include <catch2/catch.hpp>

#include "tests/unit/config/rendering.h"

using namespace iter8::config;

TEST_CASE("a text without actions is itself") {
  CHECK(rendered("http://x/{y}") == "http://x/{y}");
  CHECK(Template().render({}).empty());
  CHECK(Template::literal("{{ x }}").render({}) == "{{ x }}");
  Problems problems("f");
  CHECK(Template::parse("abc", {1, 1}, problems)->is_constant());
  CHECK_FALSE(Template::parse("{{ 1 }}", {1, 1}, problems)->is_constant());
}

TEST_CASE("fields are read from the data") {
  CHECK(rendered("{{ .version.url }}/healthz") == "http://c/healthz");
  CHECK(rendered("{{.version.weight}} {{ .ratio }} {{ .yes }}") == "20 0.5 true");
  CHECK(rendered("{{ .names }} {{ .version }}") == "[b a] map[name:candidate url:http://c weight:20]");
  CHECK(rendered("{{ $.version.name }}") == "candidate");
}

TEST_CASE("blanks and comments go where the marks say") {
  CHECK(rendered("a {{- 1 -}} b") == "a1b");
  CHECK(rendered("a\n{{- 1 }}\n b") == "a1\n b");
  CHECK(rendered("a {{/* no }} word */}} b") == "a  b");
  CHECK(rendered("a {{- /* x */ -}} b") == "ab");
  CHECK(rendered("{{ -1 }}{{- -2 -}} {{3 -}} x") == "-1-23x");
  CHECK(rendered("{{ \"}}\" }}") == "}}");
}

TEST_CASE("pipelines pass a value on as the last argument") {
  CHECK(rendered("{{ .version.name | upper | printf \"%s-%s\" \"x\" }}") == "x-CANDIDATE");
  CHECK(rendered("{{ (index .versions 0).name }}") == "stable");
  CHECK(rendered("{{ printf \"%d\" (len (list 1 2 3)) }}") == "3");
  CHECK(rendered("{{ date `2006` now }}", {.now = iter8::base::WallTime{}}) == "1970");
}

TEST_CASE("variables are declared, assigned and seen to the end of their block") {
  CHECK(rendered("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $y := 3 }}{{ $y }}{{ end }}{{ $x }}") == "32");
  CHECK(rendered("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}") == "1");
  CHECK(rendered("{{ with $v := .version }}{{ $v.name }}{{ $.ratio }}{{ end }}") == "candidate0.5");
  CHECK(rendered("{{ if $n := .version.name }}{{ $n }}{{ end }}") == "candidate");
}

TEST_CASE("if takes the branch that the value's truth selects") {
  CHECK(rendered("{{ if .yes }}a{{ else }}b{{ end }}") == "a");
  CHECK(rendered("{{ if .no }}a{{ else if .zero }}b{{ else if .names }}c{{ else }}d{{ end }}") == "c");
  for (const char* field :
       {".no", ".zero", ".empty", ".none", ".nothing", ".missing", ".missing.deeper", "nil"})
    CHECK(rendered("{{ if " + std::string(field) + " }}a{{ else }}b{{ end }}") == "b");
  CHECK(rendered("{{ if and .yes (not .missing) (or .missing .ratio) }}a{{ end }}") == "a");
}

TEST_CASE("with moves the dot and takes its else for what is empty or missing") {
  CHECK(rendered("{{ with .version }}{{ .name }}{{ end }}") == "candidate");
  CHECK(rendered("{{ with .missing }}a{{ else }}{{ .ratio }}{{ end }}") == "0.5");
  CHECK(rendered("{{ with .missing }}a{{ else with .version }}{{ .name }}{{ end }}") == "candidate");
}

TEST_CASE("range goes over lists, maps in the order of their keys, and whole numbers") {
  CHECK(rendered("{{ range .names }}<{{ . }}>{{ end }}") == "<b><a>");
  CHECK(rendered("{{ range $i, $v := .versions }}{{ $i }}={{ $v.name }} {{ end }}") ==
        "0=stable 1=candidate ");
  CHECK(rendered("{{ range $k, $v := .counts }}{{ $k }}{{ $v }}{{ end }}") == "a1b2");
  CHECK(rendered("{{ range $v := .names }}{{ $v }}{{ end }}") == "ba");
  CHECK(rendered("{{ range 3 }}{{ . }}{{ end }}") == "012");
  CHECK(rendered("{{ range .none }}a{{ else }}b{{ end }}") == "b");
  CHECK(rendered("{{ range .nothing }}a{{ else }}b{{ end }}") == "b");
  CHECK(rendered("{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . "
                 "}}{{ end }}") == "02");
  CHECK(rendered("{{ $x := 0 }}{{ range $i := .names }}{{ $x = add $x 1 }}{{ end }}{{ $x }}") == "2");
  CHECK(rendered("{{ $i := 0 }}{{ $v := 0 }}{{ range $i, $v = .names }}{{ end }}{{ $i }}{{ $v }}") == "1a");
}

TEST_CASE("a missing field is an error that names the path and the nearest key") {
  CHECK(rendered("x\n {{ .version.nmae }}") ==
        "error: line 2, column 5: no value for '.version.nmae'; did you mean '.version.name'?");
  CHECK(rendered("{{ .version.frobnicate }}") ==
        "error: line 1, column 4: no value for '.version.frobnicate'; there are "
        ".version.name, .version.url, .version.weight");
  CHECK(rendered("{{ .nothing.a }}") ==
        "error: line 1, column 4: no value for '.nothing.a': '.nothing' is nothing");
  CHECK(rendered("{{ .ratio.a }}") == "error: line 1, column 4: '.ratio' is number 0.5 and has no field 'a'");
  CHECK(rendered("{{ with .version }}{{ $.versoin }}{{ end }}").find("did you mean '$.version'?") !=
        std::string::npos);
  CHECK(rendered("{{ range .missing }}{{ end }}")
            .starts_with("error: line 1, column 10: no value for '.missing'"));
  CHECK(rendered("{{ upper .missing }}").starts_with("error: line 1, column 10: no value for '.missing'"));
}

TEST_CASE("printing nothing is an error") {
  CHECK(rendered("{{ .nothing }}") ==
        "error: line 1, column 4: there is nothing to print; give it a value with default");
  CHECK(rendered("{{ printf \"%s\" .nothing }}") ==
        "error: line 1, column 4: printf needs a value as argument 2, found nothing");
  CHECK(rendered("{{ print .nothing }}").starts_with("error"));
  CHECK(rendered("{{ get .version \"x\" }}").empty());
}

TEST_CASE("a missing field reads as nothing where a default is given or asked for") {
  CHECK(rendered("{{ .missing | default \"x\" }}") == "x");
  CHECK(rendered("{{ default \"x\" .missing.deeper }}") == "x");
  CHECK(rendered("{{ default \"x\" (index .version \"nmae\") }}") == "x");
  CHECK(rendered("{{ default \"x\" (index .names 9) }}") == "x");
  CHECK(rendered("{{ coalesce .missing .empty .version.name }}") == "candidate");
  CHECK(rendered("{{ empty .missing }} {{ ternary 1 2 .missing }} {{ kindOf .missing }}") ==
        "true 2 invalid");
  CHECK(rendered("{{ hasKey .missing \"a\" }}{{ hasKey .version \"name\" }}") == "falsetrue");
  CHECK(rendered("{{ or .missing \"b\" }}{{ not .missing }}") == "btrue");
  CHECK(rendered("{{ required \"a tag is needed\" .missing }}") ==
        "error: line 1, column 4: a tag is needed");
  CHECK(rendered("{{ .version.name | required \"x\" }}") == "candidate");
}

TEST_CASE("a mistake is found when parsing, at its place") {
  CHECK(template_problem("{{ uper .x }}") == "2:12: error: unknown function 'uper'; did you mean 'upper'?");
  CHECK(template_problem("{{ versionUrl }}") ==
        "2:12: error: unknown function 'versionUrl'; a text must stand in quotes, a field begins with a dot");
  CHECK(template_problem("{{ $x }}") == "2:12: error: unknown variable '$x'");
  CHECK(template_problem("{{ $name := 1 }}{{ $nmae }}") ==
        "2:28: error: unknown variable '$nmae'; did you mean '$name'?");
  CHECK(template_problem("{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}") ==
        "2:47: error: unknown variable '$x'");
  CHECK(template_problem("{{ upper }}") == "2:12: error: upper takes 1 argument, found 0");
  CHECK(template_problem("{{ .a | replace \"x\" }}") == "2:17: error: replace takes 3 arguments, found 2");
  CHECK(template_problem("{{ eq .a }}") == "2:12: error: eq takes at least 2 arguments, found 1");
  CHECK(template_problem("{{ .a .b }}") ==
        "2:12: error: only a function takes arguments, and this is not one");
  CHECK(template_problem("{{ .a | .b }}") ==
        "2:17: error: only a function takes arguments, and this is not one");
  CHECK(template_problem("{{ default upper .x }}") ==
        "2:20: error: upper takes 1 argument, found 0; put the call in parentheses");
  CHECK(template_problem("{{ template \"x\" }}") ==
        "2:12: error: 'template' is not supported in these templates");
  CHECK(template_problem("{{ uper 1 }}{{ lowr 1 }}") ==
        "2:12: error: unknown function 'uper'; did you mean 'upper'?\n"
        "2:24: error: unknown function 'lowr'; did you mean 'lower'?");
}

TEST_CASE("a text that is not a template says where it stops making sense") {
  CHECK(template_problem("a {{ .b") == "2:11: error: '{{' without its '}}'");
  CHECK(template_problem("{{ if .a }}x") == "2:12: error: 'if' without its {{ end }}");
  CHECK(template_problem("{{ if .a }}x{{ else }}y") == "2:24: error: 'else' without its {{ end }}");
  CHECK(template_problem("{{ if .a }}{{ else }}{{ else }}{{ end }}") ==
        "2:23: error: a second 'else' for the same block");
  CHECK(template_problem("a{{ end }}") == "2:13: error: 'end' without its if, with or range");
  CHECK(template_problem("{{ }}") == "2:12: error: expected a value, but the action ends here");
  CHECK(template_problem("{{ (1 }}") == "2:15: error: expected ')', but the action ends here");
  CHECK(template_problem("{{ 1 ) }}") == "2:14: error: expected '}}', found )");
  CHECK(template_problem("{{ .a | }}") == "2:17: error: expected a value, but the action ends here");
  CHECK(template_problem("{{ .a-b }}") ==
        "2:14: error: '-' has no meaning here; a key with a dash is read by index, as in index . \"a-b\"");
  CHECK(template_problem("{{ \"a }}") == "2:12: error: the quote that opens here is never closed");
  CHECK(template_problem("{{ 1x }}") == "2:12: error: expected a number, found '1x'");
  CHECK(template_problem("{{ break }}") == "2:12: error: 'break' outside of a range");
  CHECK(template_problem("{{/* x }}") == "2:9: error: a comment without its '*/'");
  CHECK(template_problem("{{ $a, $b := .x }}") == "2:12: error: only a range gives two variables");
  CHECK(template_problem("{{ \"a\"\"b\" }}") == "2:15: error: expected a blank, '|' or '}}', found \"b\"");
  CHECK(template_problem("a\n  {{ uper 1 }}").starts_with("3:14: error"));
}

TEST_CASE("time, depth and output of a template are bounded") {
  CHECK(rendered("{{ range 100000000 }}{{ end }}").find("the template takes too many steps") !=
        std::string::npos);
  CHECK(rendered("{{ range 1000 }}{{ range 1000 }}{{ range 1000 }}{{ end }}{{ end }}{{ end }}")
            .find("too many steps") != std::string::npos);
  CHECK(
      rendered("{{ range 1000 }}0123456789{{ end }}", {.output_bytes = 100}).find("longer than 100 bytes") !=
      std::string::npos);
  CHECK(rendered("{{ repeat 1000000000 \"x\" }}").find("a text of more than 4194304 bytes") !=
        std::string::npos);
  CHECK(rendered("{{ $x := \"xxxxxxxxxx\" }}{{ range 100 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}")
            .starts_with("error"));
  CHECK(rendered("{{ $x := list }}{{ range 100 }}{{ $x = list $x }}{{ end }}").find("more than 64 levels") !=
        std::string::npos);
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = "(" + deep + ")";
  CHECK(template_problem("{{ " + deep + " }}").find("nested more than 64 levels deep") != std::string::npos);
  std::string blocks;
  for (int i = 0; i < 100; ++i) blocks += "{{ if true }}";
  CHECK(template_problem(blocks).find("nested more than 64 levels deep") != std::string::npos);
}

TEST_CASE("the fields a template reads of the data are known before it is rendered") {
  Problems problems("f");
  const auto parsed = Template::parse(
      "{{ .a.b }}{{ if .c }}{{ .d | default .e }}{{ end }}\n{{ with .f }}{{ .inner }}{{ $.g }}{{ end }}",
      {2, 9}, problems);
  std::string seen;
  for (const TemplateField& field : parsed->fields())
    seen += field.path + (field.optional ? "? " : " ") + std::to_string(field.position.line) + ":" +
            std::to_string(field.position.column) + "\n";
  CHECK(seen == "a.b 2:12\nc? 2:25\nd? 2:33\ne? 2:46\nf? 3:17\ng 3:37\n");
}

TEST_CASE("a template in a file reports at the place of its text") {
  const Node root = document("a: 'x {{ uper 1 }}'\nb: |\n  one\n  {{ lowr 1 }}\nc: [1]\n");
  Problems problems("f");
  for (const Node::Entry& entry : root.entries) {
    Template value;
    CHECK_FALSE(Codec<Template>::read(entry.value, problems, value));
  }
  CHECK(problems_of(problems) ==
        "1:10: error: unknown function 'uper'; did you mean 'upper'?\n"
        "4:6: error: unknown function 'lowr'; did you mean 'lower'?\n"
        "5:4: error: expected text, found a list");
}
