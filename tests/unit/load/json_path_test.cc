#include "load/json_path.h"

#include <string>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

JsonPath path_of(const std::string& text) {
  std::string problem;
  const auto path = JsonPath::parse(text, problem);
  INFO(text << ": " << problem);
  REQUIRE(path);
  return *path;
}

/// The value at the path as text, "absent" or "not JSON".
std::string found(const std::string& path, const std::string& json) {
  const auto value = path_of(path).find(json);
  if (!value) return "not JSON";
  return value->kind == JsonValue::Kind::absent ? "absent" : value->text();
}

TEST_CASE("a path leads through objects and arrays") {
  const std::string json = R"( {"a": [1, {"b c": "x", "d": null}, [true]], "e": -1.5e3, "": {"f": {}}} )";
  CHECK(found(".a[0]", json) == "1");
  CHECK(found(".a[1].d", json) == "null");
  CHECK(found(R"(.a[1]["b c"])", json) == "x");
  CHECK(found(R"(.a.[1].["b c"])", json) == "x");
  CHECK(found(".a[2][0]", json) == "true");
  CHECK(found(".e", json) == "-1.5e3");
  CHECK(found(R"([""].f)", json) == "{}");
  CHECK(found("[1]", "[0, 1]") == "1");
  CHECK(found(".", " 7 ") == "7");
}

TEST_CASE("what is not there is absent") {
  for (const char* path : {".x", ".a[3]", ".a.b", ".e[0]", ".e.f", "[0]"})
    CHECK(found(path, R"({"a": [1, 2, 3], "e": "text"})") == "absent");
  CHECK(found(".a.b", R"({"a": {"b": 1}, "a": {"c": 2}})") == "absent");
  CHECK(found(".a", R"({"a": 1, "a": 2})") == "2");
}

TEST_CASE("strings and keys are compared without their escapes") {
  CHECK(found(".a", R"({"a": "x\"\\\/\n\u00e9\ud83d\ude00"})") == "x\"\\/\n\xC3\xA9\xF0\x9F\x98\x80");
  CHECK(found(".key", R"({"k\u0065y": 1})") == "1");
}

TEST_CASE("only JSON is JSON, also behind the value") {
  for (const char* json : {"",        " ",     "{",     "{\"a\":1", "{\"a\":1}}", "{\"a\":1,}",  "[1,]",
                           "{\"a\"}", "{a:1}", "01",    "1.",       ".5",         "1e",          "+1",
                           "tru",     "nul",   "\"x",   "\"\n\"",   "\"\\x\"",    "\"\\u12g4\"", "{} {}",
                           "'a'",     "NaN",   "[1 2]", "data: {}"}) {
    INFO(json);
    CHECK(found(".a", json) == "not JSON");
  }
  CHECK(found(".a", std::string(256, '[') + std::string(256, ']')) == "absent");
  CHECK(found(".a", std::string(100'000, '[') + std::string(100'000, ']')) == "not JSON");
}

TEST_CASE("a string ends where it ends, wherever that lies among the bytes around it") {
  const JsonPath path = path_of(".a");
  for (std::size_t size = 0; size < 40; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, '\xfe');
        text[at] = static_cast<char>(byte);
        const std::string json = "{\"a\":\"" + text + "\"}";
        const bool is_plain = byte >= 0x20 && byte != '"' && byte != '\\';
        const auto value = path.find(json);
        if (value.has_value() != is_plain || (is_plain && value->bytes != "\"" + text + "\""))
          FAIL("byte " << byte << " at " << at << " of " << size);
      }
}

TEST_CASE("values as numbers, and whether they say anything") {
  const JsonPath path = path_of(".a");
  CHECK(path.find(R"({"a": 12.5})")->number() == 12.5);
  CHECK(path.find(R"({"a": "12"})")->number() == 12);
  for (const char* json : {R"({"a": "x"})", R"({"a": true})", R"({"a": [1]})", "{}"})
    CHECK_FALSE(path.find(json)->number());
  for (const char* json : {R"({"a": ""})", R"({"a": null})", "{}"})
    CHECK_FALSE(path.find(json)->has_content());
  for (const char* json : {R"({"a": " "})", R"({"a": 0})", R"({"a": []})"})
    CHECK(path.find(json)->has_content());
}

TEST_CASE("other texts are not paths") {
  for (const char* text : {"", "a", "a.b", "..a", ".a.", ".a[", ".a[]", ".a[-1]", ".a[x]", ".a[\"b]", ".a b",
                           ".a|.b", ".a[99999999999]", "$.a"}) {
    std::string problem;
    INFO(text);
    CHECK_FALSE(JsonPath::parse(text, problem));
    CHECK_THAT(problem, Catch::Contains("expected a path of keys and indices"));
  }
}

}  // namespace
}  // namespace iter8::load
