#include "config/template.h"

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
