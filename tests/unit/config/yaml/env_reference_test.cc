#include "config/yaml/env_reference.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/unit/config/reading.h"

using iter8::base::Environment;
using iter8::base::Secrets;
using iter8::config::document;
using iter8::config::expand_references;
using iter8::config::Node;
using iter8::config::Problems;
using iter8::config::problems_of;
using iter8::config::to_value;
using iter8::config::Value;

namespace {

struct Expansion {
  Node node;
  Secrets secrets;
  std::string problems;

  explicit Expansion(std::string_view yaml, std::map<std::string, std::string> variables = {},
                     const std::filesystem::path& directory = "/") {
    node = document(yaml);
    const Environment environment(std::move(variables));
    Problems found("f");
    expand_references(node, {.environment = environment, .directory = directory}, secrets, found);
    problems = problems_of(found);
  }

  std::string text(std::string_view key) const { return node.find(key)->text; }
  bool hides(std::string_view value) const { return secrets.mask(value) != value; }
};

}  // namespace

TEST_CASE("references are replaced in every scalar") {
  const Expansion e("a: http://${HOST}:${PORT}/\nb: [x, '${HOST}']\nc: {d: '${HOST}'}",
                    {{"HOST", "h"}, {"PORT", "80"}});
  CHECK(e.problems.empty());
  CHECK(e.text("a") == "http://h:80/");
  CHECK(e.node.find("b")->items[1].text == "h");
  CHECK(e.node.find("c")->find("d")->text == "h");
}

TEST_CASE("a plain reference keeps its type and a quoted one is text") {
  const Expansion e("{a: ${N}, b: '${N}'}", {{"N", "8"}});
  CHECK(to_value(e.node) == Value(Value::Map{{"a", 8}, {"b", "8"}}));
}

TEST_CASE("dollars that are not references stay") {
  const Expansion e(
      "a: $HOME costs 5$ and $$5 and $${X}\nb: '{{ $x := 1 }}${N}{{ printf \"${N}\" }}'\n${N}: 1",
      {{"N", "8"}});
  CHECK(e.problems.empty());
  CHECK(e.text("a") == "$HOME costs 5$ and $5 and ${X}");
  CHECK(e.text("b") == "{{ $x := 1 }}8{{ printf \"${N}\" }}");
  CHECK(e.node.find("${N}"));
}

TEST_CASE("a default stands in for a variable that is unset or empty") {
  const Expansion e("a: ${X:-one}\nb: ${Y:-two}\nc: ${Z:-three}\nd: ${X:-}", {{"Y", ""}, {"Z", "z"}});
  CHECK(e.problems.empty());
  CHECK(e.text("a") == "one");
  CHECK(e.text("b") == "two");
  CHECK(e.text("c") == "z");
  CHECK(e.text("d").empty());
}

TEST_CASE("a default may hold references, which count where the default does") {
  const std::string yaml = "a: 'x ${TAG:-v-${SHA}} y'\nb: ${TAG:-${REF:-${SHA}}}\nc: ${TAG:-$${SHA}}";
  const Expansion unset(yaml, {{"SHA", "abc123"}});
  CHECK(unset.problems.empty());
  CHECK(unset.text("a") == "x v-abc123 y");
  CHECK(unset.text("b") == "abc123");
  CHECK(unset.text("c") == "$${SHA}");
  const Expansion set(yaml, {{"TAG", "v1.5"}});
  CHECK(set.problems.empty());  // SHA is not needed
  CHECK(set.text("a") == "x v1.5 y");
  CHECK(set.text("b") == "v1.5");

  CHECK(Expansion("a: 'x ${TAG:-${SHA}}'").problems == "1:7: error: environment variable 'SHA' is not set");
  CHECK(Expansion("a: 'x ${TAG:-${SHA}'").problems ==
        "1:7: error: '${' without its '}'; write $$ for a dollar sign");
  CHECK(Expansion("a: ${TAG:-${MY_TOKEN}}", {{"MY_TOKEN", "tttttttt"}}).hides("tttttttt"));
}

TEST_CASE("defaults within each other end, however deep and however long they are") {
  std::string deep;
  for (int i = 0; i < 50'000; ++i) deep += "${A:-";
  deep += std::string(50'000, '}');
  CHECK(Expansion("a: '" + deep + "'").problems == "1:5: error: too many defaults within each other");
  std::string text = "a: '${A:-";
  for (int i = 0; i < 2000; ++i) text += "${X}";
  CHECK(Expansion(text + "}'", {{"X", std::string(100'000, 'x')}}).problems.find("bytes") !=
        std::string::npos);
}

TEST_CASE("an undefined variable is reported at its own column with the nearest name") {
  CHECK(Expansion("a: 'x ${HOTS}'\nb: ${NOPE}", {{"HOST", "h"}}).problems ==
        "1:7: error: environment variable 'HOTS' is not set; did you mean 'HOST'?\n"
        "2:4: error: environment variable 'NOPE' is not set");
  CHECK(Expansion("a: |\n  one\n  two ${NOPE}\n").problems ==
        "3:7: error: environment variable 'NOPE' is not set");
}

TEST_CASE("what only looks like a reference is reported") {
  CHECK(Expansion("a: 'x ${HOST'").problems ==
        "1:7: error: '${' without its '}'; write $$ for a dollar sign");
  CHECK(Expansion("a: ${a-b}").problems ==
        "1:4: error: expected ${NAME}, ${NAME:-default} or ${file:path}, found "
        "'${a-b}'; write $$ for a dollar sign");
}

TEST_CASE("a file is read relative to the directory, without its last newline") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("reference_test." + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "api-token") << "abc123xyz\n";
  std::ofstream(folder / "binary") << "\xFF\xFE";
  const Expansion e("a: ${file:api-token}\nb: ${file:" + (folder / "api-token").string() + "}", {}, folder);
  CHECK(e.problems.empty());
  CHECK(e.text("a") == "abc123xyz");
  CHECK(e.text("b") == "abc123xyz");
  CHECK(e.hides("abc123xyz"));
  CHECK(Expansion("a: ${file:missing}", {}, folder).problems.find("No such file or directory") !=
        std::string::npos);
  CHECK(Expansion("a: ${file:missing:-x}", {}, folder).text("a") == "x");
  CHECK(Expansion("a: ${file:binary}", {}, folder).problems == "1:4: error: file:binary is not text (UTF-8)");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a value is a secret when its variable or a key above it says so") {
  const Expansion e(
      "a: ${GITHUB_TOKEN}\npassword: ${P}\nheaders: {Authorization: 'Bearer ${H}'}\nsecrets: {list: "
      "['${L}']}\nurl: ${U}",
      {{"GITHUB_TOKEN", "tttttt"}, {"P", "pppppp"}, {"H", "hhhhhh"}, {"L", "llllll"}, {"U", "uuuuuu"}});
  for (const char* secret : {"tttttt", "pppppp", "hhhhhh", "llllll"}) CHECK(e.hides(secret));
  CHECK_FALSE(e.hides("uuuuuu"));
}

TEST_CASE("a value is a secret when the text before it says so") {
  const Expansion e(
      "a: '{\"password\": \"${P}\"}'\nb: 'https://h/?api_key=${K}&page=${N}'\nc: 'X-Auth-Token: ${T}'\nd: "
      "'a token ${W}'",
      {{"P", "pppppp"}, {"K", "kkkkkk"}, {"N", "nnnnnn"}, {"T", "tttttt"}, {"W", "wwwwww"}});
  for (const char* secret : {"pppppp", "kkkkkk", "tttttt"}) CHECK(e.hides(secret));
  for (const char* word : {"nnnnnn", "wwwwww"}) CHECK_FALSE(e.hides(word));
}

TEST_CASE("cookies written in the file itself are hidden") {
  const Expansion e("Cookie: 'sid=0123456789abc; lang=en; theme={{ .x.cookie_of_x }}'");
  CHECK(e.hides("0123456789abc"));
  CHECK_FALSE(e.hides("{{ .x.cookie_of_x }}"));
}

TEST_CASE("a secret written in the file itself is hidden, an ordinary word is not") {
  const Expansion e(
      "Authorization: token ghp_abcdef\napiKey: 'k-12345678'\nkey: environment\nwebhook: {method: POSTPOST}\n"
      "useToken: true\npassword: '{{ .x.password }}'");
  CHECK(e.hides("ghp_abcdef"));
  CHECK(e.hides("k-12345678"));
  CHECK_FALSE(e.hides("environment"));
  CHECK_FALSE(e.hides("POSTPOST"));
  CHECK_FALSE(e.hides("true"));
  CHECK_FALSE(e.hides("{{ .x.password }}"));
}

TEST_CASE("run scripts are left to the shell") {
  const Expansion e("run: echo ${HOME} $$\nwith: {run: '${X}'}");
  CHECK(e.problems.empty());
  CHECK(e.text("run") == "echo ${HOME} $$");
}

TEST_CASE("thousands of wrong references are a hundred problems, found in no time") {
  std::string yaml = "a: '";
  for (int i = 0; i < 100'000; ++i) yaml += "${X" + std::to_string(i) + "}";
  const Expansion e(yaml + "'", {{"XX", "x"}});
  CHECK(std::count(e.problems.begin(), e.problems.end(), '\n') == 99);
}

TEST_CASE("many references to one long value are an error and do not fill the memory") {
  std::string yaml = "a: '";
  for (int i = 0; i < 2000; ++i) yaml += "${X}";
  const Expansion e(yaml + "'", {{"X", std::string(100'000, 'x')}});
  CHECK(e.problems.find("bytes of text after ${…} is replaced") != std::string::npos);
}

TEST_CASE("what comes from outside is described by its name, and a default by its text") {
  const Expansion e("a: ${FAR}\nb: ${NOT_SET:-near}\nc: x${NOT_SET:-${FAR}}\nd: near", {{"FAR", "away"}});
  CHECK(e.node.find("a")->described() == "the value of ${FAR}");
  CHECK(e.node.find("b")->described() == "text 'near'");
  CHECK(e.node.find("c")->described() == "the value of x${NOT_SET:-${FAR}}");
  CHECK(e.node.find("d")->described() == "text 'near'");
}
