#include <catch2/catch.hpp>

#include "tests/unit/config/reading.h"

using iter8::config::complaint;
using iter8::config::document;
using iter8::config::Node;
using iter8::config::Position;

namespace {

std::string place(Position position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("a document becomes a tree with the position of every key and value") {
  const Node root = document("name: x\nlist:\n  - a: 1\n    ü: 2\n");
  REQUIRE(root.entries.size() == 2);
  CHECK(root.entries[0].key == "name");
  CHECK(place(root.entries[0].value.position) == "1:7");
  const Node& item = root.find("list")->items.at(0);
  CHECK(place(item.position) == "3:5");
  CHECK(place(item.entries[1].position) == "4:5");
  CHECK(place(item.entries[1].value.position) == "4:8");
}

TEST_CASE("JSON is YAML") {
  const Node root = document(R"({"a": [1, "two", null, true], "b": {"c": "é\n"}})");
  CHECK(root.find("a")->items[1].text == "two");
  CHECK(root.find("a")->items[2].kind == Node::Kind::null);
  CHECK(root.find("b")->find("c")->text == "é\n");
}

TEST_CASE("the position of text is behind its quote, its tag, or below its block mark") {
  const Node root = document("a: 'x'\nb: |\n\n    line\nc: !!str \"y\"\nd: &q z\n");
  CHECK(place(root.find("a")->text_position) == "1:5");
  CHECK(place(root.find("b")->text_position) == "4:5");
  CHECK(place(root.find("c")->text_position) == "5:11");
  CHECK(place(root.find("d")->text_position) == "6:7");
}

TEST_CASE("a byte order mark and Windows line ends are read over") {
  const Node root = document(
      "\xEF\xBB\xBF"
      "a: 1\r\nb: 2\r\n");
  CHECK(place(root.find("b")->position) == "2:4");
}

TEST_CASE("a reference to the environment may stand in a flow list or map") {
  const Node root =
      document("a: {url: ${URL}, list: [${A}, x${B:-1, 2: [3] #}y]}\nb: '${C}' # ${D}\n${E}: {}\n");
  CHECK(root.find("a")->find("url")->text == "${URL}");
  CHECK(root.find("a")->find("list")->items.at(1).text == "x${B:-1, 2: [3] #}y");
  CHECK(root.find("b")->text == "${C}");
  CHECK(root.find("${E}"));
  CHECK(document(R"({"a${b": "c}"})").find("a${b")->text == "c}");
}

TEST_CASE("aliases are expanded") {
  const Node root = document("a: &x {b: [1, 2]}\nc: *x\nd: &x 5\ne: *x\n");
  CHECK(root.find("c")->find("b")->items.size() == 2);
  CHECK(root.find("e")->text == "5");
}

TEST_CASE("merge keys are applied and the map's own keys win") {
  const Node root =
      document("base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nthis: {<<: [*b, *m], x: 9}\nthat:\n  <<: *b\n");
  const Node& merged = *root.find("this");
  CHECK(merged.entries.size() == 3);
  CHECK(merged.find("x")->text == "9");
  CHECK(merged.find("y")->text == "2");
  CHECK(merged.find("z")->text == "4");
  CHECK(root.find("that")->find("y")->text == "2");
  CHECK(document("'<<': 1").find("<<")->text == "1");
}

TEST_CASE("core tags are honoured and others refused") {
  const Node root =
      document("a: !!str 8\nb: !!int \"8\"\nc: !!null x\nd: !!seq [1]\ne: !!map {}\nf: !!float 1\ng: ! 8\n");
  CHECK(root.find("a")->quoted);
  CHECK_FALSE(root.find("b")->quoted);
  CHECK(root.find("c")->kind == Node::Kind::null);
  CHECK(root.find("g")->quoted);
  CHECK(complaint("a: !secret x") ==
        "1:4: error: unknown tag '!secret'; known tags are !!str, !!int, !!float, !!bool, !!null, !!seq and "
        "!!map");
  CHECK(complaint("a: !!binary x").starts_with("1:4: error: unknown tag '!!binary'"));
  CHECK(complaint("a: !!int x") == "1:4: error: tag !!int does not fit text 'x'");
  CHECK(complaint("a: !!map [1]") == "1:4: error: tag !!map does not fit a list");
}

TEST_CASE("a file without content is an error") {
  for (const char* yaml : {"", "\n\n", "# only a comment\n", "---\n", "~"})
    CHECK(complaint(yaml) == "1:1: error: the file is empty");
}

TEST_CASE("a duplicate key is an error that names the first one's line") {
  CHECK(complaint("a: 1\nb: 2\na: 3\n") == "3:1: error: key 'a' is already given on line 1");
  CHECK(complaint("x: {a: 1, a: 2}\ny: {b: 1, b: 2}") ==
        "1:11: error: key 'a' is already given on line 1\n2:11: error: key 'b' is already given on line 2");
}

TEST_CASE("a second document is an error") {
  CHECK(complaint("a: 1\n---\nb: 2\n") == "2:1: error: a second document begins here; expected one document");
  CHECK(complaint("[1] [2]").find("a second document begins here") != std::string::npos);
  CHECK(complaint("a: 1\n...\n") == "read; ");
}

TEST_CASE("escapes make UTF-8, and never a zero byte") {
  CHECK(document(R"(a: "\N\_\x41\u00e4\U0001F600")").find("a")->text == "\u0085\u00a0Aä😀");
  CHECK(complaint(R"(a: "x\0")") == "1:4: error: a text cannot hold the character \\0");
}

TEST_CASE("keys are plain text") {
  CHECK(complaint("[a]: 1") == "1:1: error: expected a key, found a list, or its ']' is missing");
  CHECK(complaint("? {a: 1}\n: 2") == "1:3: error: expected a key, found a map, or its '}' is missing");
  CHECK(complaint("~: 1") == "1:1: error: expected a key, found nothing");
  CHECK(complaint("url: {{ .version.url }}") ==
        "1:7: error: a value that begins with {{ must stand in quotes");
}

TEST_CASE("bytes that are not text are an error at their place") {
  CHECK(complaint(std::string_view("a: 1\nb: \0x", 10)) ==
        "2:4: error: byte 0x00 cannot stand in a text file (UTF-8)");
  CHECK(complaint("a: ä\x04") == "1:5: error: byte 0x04 cannot stand in a text file (UTF-8)");
  CHECK(complaint("a: ä\xFF") == "1:5: error: byte 0xFF cannot stand in a text file (UTF-8)");
  CHECK(complaint("a: \xC3") == "1:4: error: byte 0xC3 cannot stand in a text file (UTF-8)");
}

TEST_CASE("what is wrong in YAML is said in plain words") {
  CHECK(complaint("a: b: c") ==
        "1:5: error: a ':' cannot stand here: text that holds ': ' must stand in quotes, and the "
        "keys of one map must begin in the same column");
  CHECK(complaint("a:\n\tb: 2") == "2:3: error: the line is indented with a tab; use spaces");
  CHECK(complaint("a: [1, 2") == "1:9: error: expected ',' or ']' in the list that '[' opened");
  CHECK(complaint("a: @x") == "1:4: error: this character cannot begin a value; put the text in quotes");
  CHECK(complaint("a: *nowhere") == "1:4: error: no anchor with this name precedes the alias");
  CHECK(complaint("a: \"x\nb: 1\n") == "1:4: error: the quote that opens here is never closed");
  CHECK(complaint("a: 'it''s\n") == "1:4: error: the quote that opens here is never closed");
  CHECK(complaint("a: &x [*x]") == "1:8: error: an alias inside the part it stands for");
  CHECK(complaint("a: {<<: 5}") == "1:9: error: expected a map or a list of maps to merge, found number 5");
}

TEST_CASE("a file over the limits is an error and not a hang") {
  CHECK(complaint("a: 12345678", {.bytes = 10}) == "error: the file has 11 bytes; at most 10 are read");
  CHECK(complaint("[1, 2, 3, 4]", {.nodes = 4}) == "1:11: error: more than 4 values, aliases expanded");
  CHECK(complaint("[[[1]]]", {.depth = 2}) == "1:3: error: more than 2 levels deep");
  CHECK(complaint("a: &x [[1]]\nb: [*x]", {.depth = 3}) == "2:5: error: more than 3 levels deep");
}

TEST_CASE("alias bombs are an error") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before + ", ", 9) +
            before + "]\n";
  }
  CHECK(complaint(bomb).find("more than 200000 values, aliases expanded") != std::string::npos);

  const std::string long_text =
      "a: &a " + std::string(1'000'000, 'x') + "\nb: [" + repeated("*a, ", 100) + "*a]\n";
  CHECK(complaint(long_text).find("bytes of text, aliases expanded") != std::string::npos);
}

TEST_CASE("deep nesting is an error in every style") {
  CHECK(complaint(repeated("[", 100) + repeated("]", 100)) == "1:65: error: more than 64 levels deep");
  CHECK(complaint(repeated("{a: ", 65) + repeated("}", 65)) == "1:257: error: more than 64 levels deep");
  CHECK(complaint(repeated("[", 100'000)).find("error") != std::string::npos);
  CHECK(complaint(repeated("{a: ", 100'000)).find("error") != std::string::npos);
  CHECK(complaint(repeated("- ", 100'000)).find("levels deep") != std::string::npos);
  CHECK(complaint(repeated(",", 100'000)).find("error") != std::string::npos);
}
