#include "config/edit/document_edit.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace iter8;
using namespace iter8::config;
using Catch::Contains;

namespace {

DocumentPath path(const std::string& text) {
  std::string problem;
  const auto parsed = parse_document_path(text, problem);
  INFO(problem);
  REQUIRE(parsed);
  return *parsed;
}

std::string problem_of(const std::string& text) {
  std::string problem;
  CHECK_FALSE(parse_document_path(text, problem));
  return problem;
}

std::string set(const std::string& yaml, const std::string& where, const std::string& value) {
  return with_yaml_value(yaml, path(where), value);
}

constexpr const char* kValues = R"(# values of the shop
image:            # where it comes from
  repository: acme/shop
  tag: v1.4       # set by the release
  pullPolicy: 'Always'
replicas: 3
annotations: {"example.com/tag": "v1.4", other: x}
containers:
  - name: app
    image: acme/app:1
  - name: proxy
    image: "acme/proxy:1"   # pinned
note: |
  two
  lines

empty:
last: end
)";

std::string replaced_once(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("only the bytes of the value change") {
  const std::string yaml = kValues;
  CHECK(set(yaml, ".image.tag", "v1.5") == replaced_once(yaml, "tag: v1.4", "tag: v1.5"));
  CHECK(set(yaml, "image.pullPolicy", "it's") == replaced_once(yaml, "'Always'", "'it''s'"));
  CHECK(set(yaml, ".replicas", "12") == replaced_once(yaml, "replicas: 3", "replicas: 12"));
  CHECK(set(yaml, ".annotations[\"example.com/tag\"]", "v1.5") ==
        replaced_once(yaml, "\"v1.4\"", "\"v1.5\""));
  CHECK(set(yaml, ".annotations.other", "a, b") == replaced_once(yaml, "other: x", "other: \"a, b\""));
  CHECK(set(yaml, ".containers[1].image", "acme/proxy:2") == replaced_once(yaml, "proxy:1", "proxy:2"));
  CHECK(set(yaml, ".containers[name=app].image", "acme/app:2") == replaced_once(yaml, "app:1", "app:2"));
  CHECK(set(yaml, "/containers/0/image", "acme/app:2") == replaced_once(yaml, "app:1", "app:2"));
  CHECK(set(yaml, "/annotations/example.com~1tag", "v1.5") == replaced_once(yaml, "\"v1.4\"", "\"v1.5\""));
  CHECK(set(yaml, ".empty", "x") == replaced_once(yaml, "empty:", "empty: x"));
  CHECK(set(yaml, ".last", "fine: yes") == replaced_once(yaml, "last: end", "last: \"fine: yes\""));
  CHECK(set(yaml, ".note", "one") == replaced_once(yaml, "|\n  two\n  lines", "one"));
}

TEST_CASE("a value that is there already changes nothing") {
  CHECK(set(kValues, ".image.tag", "v1.4") == kValues);
  CHECK(set(kValues, ".note", "two\nlines\n") == kValues);
}

TEST_CASE("a text stays a text, and a number may become what it likes") {
  CHECK(set("tag: v1", ".tag", "1.5") == "tag: \"1.5\"");
  CHECK(set("tag: v1", ".tag", "1.5.2") == "tag: 1.5.2");
  CHECK(set("tag: v1", ".tag", "yes") == "tag: \"yes\"");
  CHECK(set("tag: v1", ".tag", "2026-01-01") == "tag: \"2026-01-01\"");
  CHECK(set("tag: v1", ".tag", "12:30") == "tag: \"12:30\"");
  CHECK(set("tag: v1", ".tag", "") == "tag: \"\"");
  CHECK(set("tag: \"1.4\"", ".tag", "1.5") == "tag: \"1.5\"");
  CHECK(set("tag: 1.4", ".tag", "1.5") == "tag: 1.5");
  CHECK(set("tag: 1.4", ".tag", "abc") == "tag: abc");
  CHECK(set("tag: !!str 1.4", ".tag", "1.5") == "tag: !!str \"1.5\"");
  CHECK(set("tag: &t v1\nother: *t\n", ".tag", "v2") == "tag: &t v2\nother: *t\n");
  CHECK(set("a: v1", ".a", "two\nlines") == "a: \"two\\nlines\"");
  CHECK(set("a: v1", ".a", "# no comment") == "a: \"# no comment\"");
  CHECK(set("a: 'v1'", ".a", "tab\t") == "a: \"tab\\t\"");
  CHECK(set("a: ~ # c", ".a", "x") == "a: x # c");
}

TEST_CASE("line ends, byte order mark and folded values are kept as they are") {
  CHECK(set("a: 1\r\nb: x\r\n", ".b", "z") == "a: 1\r\nb: z\r\n");
  CHECK(set("\xEF\xBB\xBF"
            "a: x\n",
            ".a", "z") ==
        "\xEF\xBB\xBF"
        "a: z\n");
  CHECK(set("a: one\n  two # c\nb: x\n", ".a", "z") == "a: z # c\nb: x\n");
  CHECK(set("a: >-\r\n  one\r\n  two\r\nb: x\r\n", ".a", "z") == "a: z\r\nb: x\r\n");
}

TEST_CASE("of several documents the one that has the path is edited") {
  const std::string yaml = "kind: A\na: 1\n---\nkind: B\nb: 2\n";
  CHECK(set(yaml, ".b", "3") == "kind: A\na: 1\n---\nkind: B\nb: 3\n");
  CHECK_THROWS_WITH(set(yaml, ".kind", "C"), Contains("documents 0 and 1"));
  CHECK(with_yaml_value(yaml, path(".kind"), "C", 1) == "kind: A\na: 1\n---\nkind: C\nb: 2\n");
  CHECK_THROWS_WITH(with_yaml_value(yaml, path(".kind"), "C", 2), Contains("the file has 2"));
}

TEST_CASE("a path that leads nowhere names what there is and the nearest name") {
  CHECK_THROWS_WITH(set(kValues, ".image.tga", "x"),
                    Contains("there is no .image.tga: .image is a map with repository, tag, pullPolicy") &&
                        Contains("did you mean 'tag'?"));
  CHECK_THROWS_WITH(set(kValues, ".containers[name=ap].image", "x"), Contains("did you mean 'app'?"));
  CHECK_THROWS_WITH(set(kValues, ".containers[2].image", "x"), Contains(".containers is a list of 2"));
  CHECK_THROWS_WITH(set(kValues, ".replicas.x", "x"), Contains(".replicas is the value '3'"));
  CHECK_THROWS_WITH(set(kValues, ".image", "x"), Contains("is a map; only a single value"));
}

TEST_CASE("what is not YAML or not text is refused") {
  CHECK_THROWS_WITH(set("{{- if .x }}\nb: 1\n{{- end }}\n", ".b", "2"), Contains("not valid YAML at line"));
  // yaml-cpp finds documents without end at what cannot begin one.
  CHECK_THROWS_WITH(set("a: 1\n---\n- b\n,\n", ".a", "2"), Contains("not valid YAML at line 4, column 1"));
  CHECK_THROWS_WITH(set(std::string("a: \0\n", 5), ".a", "2"), Contains("binary"));
  CHECK_THROWS_WITH(set("", ".a", "2"), Contains("empty"));
}

TEST_CASE("in JSON only the bytes of the value change, and its kind stays") {
  const std::string json =
      "{\n\t\"image\": {\"tag\" : \"v1.4\", \"a/b\": 1},\n\t\"n\": [1, true, {\"x\": null}]\n}\n";
  CHECK(with_json_value(json, path("/image/tag"), "v\"1.5") ==
        replaced_once(json, "\"v1.4\"", "\"v\\\"1.5\""));
  CHECK(with_json_value(json, path(".image[\"a/b\"]"), "2.5") == replaced_once(json, ": 1}", ": 2.5}"));
  CHECK(with_json_value(json, path("/image/a~1b"), "01") == replaced_once(json, ": 1}", ": \"01\"}"));
  CHECK(with_json_value(json, path("/n/2/x"), "text") == replaced_once(json, "null", "\"text\""));
  CHECK(with_json_value(json, path(".n[1]"), "false") == replaced_once(json, "true", "false"));
  CHECK(with_json_value(json, path("/image/tag"), "v1.4") == json);
  CHECK(json_value(json, path("/image/tag")) == "v1.4");
  CHECK_THROWS_WITH(with_json_value(json, path("/image/tga"), "x"),
                    Contains("there is no .image.tga") && Contains("did you mean 'tag'?"));
  CHECK_THROWS_WITH(with_json_value(json, path("/image"), "x"), Contains("is an object"));
  CHECK_THROWS_WITH(with_json_value("{\"a\": 1,}", path("/a"), "x"), Contains("not valid JSON at line 1"));
  CHECK_THROWS_WITH(with_json_value("{\"a\": 1, \"a\": 2}", path("/a"), "x"), Contains("twice"));
  CHECK_THROWS_WITH(with_json_value(R"({"a": "\q"})", path("/a"), "x"),
                    Contains("not valid JSON at line 1, column 9: ") && Contains("after backslash"));
  CHECK_THROWS_WITH(with_json_value("{\"a\": 01}", path("/a"), "x"), Contains("not valid JSON at line 1"));
}

TEST_CASE("a JSON text with surrogate pairs is read as what it says, and written back unchanged") {
  const std::string json = R"({"mood": "\ud83d\ude00", "tag": "caf\u00e9", "\ud83d\ude00": "x"})";
  CHECK(json_value(json, path("/mood")) == "\U0001F600");
  CHECK(with_json_value(json, path("/mood"), json_value(json, path("/mood"))) == json);
  CHECK(with_json_value(json, path("/\U0001F600"), "y") == replaced_once(json, "\"x\"", "\"y\""));

  const std::string promoted = with_json_value(json, path("/mood"), "new");
  CHECK(with_json_value_of(promoted, path("/mood"), json) == json);
  CHECK_THROWS_WITH(json_value(R"({"mood": "\ud83d"})", path("/mood")), Contains("not valid JSON"));
}

TEST_CASE("JSON of any depth is read or refused, and never too deep for the stack") {
  const std::string deep(100'000, '[');
  CHECK_THROWS_WITH(json_value(deep, path("/0")), Contains("not valid JSON"));
  CHECK_THROWS_WITH(json_value(deep + std::string(deep.size(), ']'), path("/0")),
                    Contains("more than 100 levels deep"));
  CHECK(json_value("\xEF\xBB\xBF{\"a\": 1}", path("/a")) == "1");
}

TEST_CASE("what is not a path says why") {
  CHECK_THAT(problem_of(""), Contains("names no value"));
  CHECK_THAT(problem_of("."), Contains("names no value"));
  CHECK_THAT(problem_of(".a..b"), Contains("a key is empty"));
  CHECK_THAT(problem_of(".a[x]"), Contains("expected a number"));
  CHECK_THAT(problem_of(".a[0"), Contains("no ']'"));
  CHECK_THAT(problem_of(".a[\"b]"), Contains("never closed"));
  CHECK_THAT(problem_of("/a~2"), Contains("~ must be followed"));
  CHECK(path(".a[\"b.c\"][3][x=y]").upto(4) == ".a[\"b.c\"][3][x=y]");
}
