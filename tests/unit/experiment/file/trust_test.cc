#include "experiment/file/trust.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "base/temporary_folder.h"
#include "config/yaml/document.h"
#include "experiment/file/overrides.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

Catalog small_catalog() {
  Catalog catalog;
  TaskKind http{.name = "http"};
  http.privilege = Privilege::none;
  TaskKind promotion{.name = "pull-request"};
  promotion.privilege = Privilege::promotion;
  catalog.kinds = {http, promotion};
  return catalog;
}

struct Checked {
  base::TemporaryFolder folder{"iter8-trust-"};
  Trust trust = Trust::none;
  std::vector<std::string> references = {"ALLOWED", "file:/run/pipeline"};
  base::HostPolicy hosts;
  std::vector<std::pair<std::string, std::string>> overrides;

  std::string problems(const std::string& text) const {
    config::Problems problems("x.yaml");
    auto document = config::parse_document(text, problems);
    REQUIRE(document);
    apply_overrides(*document, overrides);
    const TrustRules rules{
        .trust = trust, .reason = "a test", .workspace = folder.path(), .references = references};
    check_trust(*document, rules, hosts, small_catalog(), folder.path() / "sub", problems);
    return problems.to_text();
  }
};

std::string of_option(const std::string& option) {
  return "tasks:\n- task: http\n  with:\n    " + option + "\n";
}

}  // namespace

TEST_CASE("a stranger's file starts no program and changes nothing") {
  const Checked checked;
  CHECK(checked.problems("tasks:\n- run: id\n") ==
        "x.yaml:2:3: error: 'run' is refused: the file comes from a test\n");
  CHECK(checked.problems("setup:\n- task: x-look\n") ==
        "x.yaml:2:9: error: 'plugin x-look' is refused: the file comes from a test\n");
  CHECK(checked.problems("finally:\n- task: pull-request\n") ==
        "x.yaml:2:9: error: 'pull-request' is refused: the file comes from a test\n");
  for (const char* shape : {"- run: id\n", "spec:\n- run: id\n", "spec: {tasks: [{run: id}]}\n"}) {
    INFO(shape);
    CHECK(checked.problems(shape).find("'run' is refused") != std::string::npos);
  }
  CHECK(checked.problems("tasks:\n- task: http\n").empty());
}

TEST_CASE("where nothing is secret only promotion is refused") {
  Checked checked;
  checked.trust = Trust::no_promotion;
  CHECK(checked.problems("tasks:\n- run: cat ${SECRET} /etc/passwd\n- task: x-look\n").empty());
  CHECK(checked.problems(of_option("payloadFile: /etc/passwd")).empty());
  CHECK_FALSE(checked.problems("tasks:\n- task: pull-request\n").empty());
  checked.trust = Trust::full;
  CHECK(checked.problems("tasks:\n- task: pull-request\n").empty());
}

TEST_CASE("a reference that the pipeline does not name is refused wherever it stands") {
  const Checked checked;
  CHECK(
      checked.problems(of_option("url: http://x/${ALLOWED}?a=${SECRET}")) ==
      "x.yaml:4:32: error: ${SECRET} is refused: the file comes from a test; the pipeline can allow it with "
      "ITER8_ALLOW_REFERENCES\n");
  for (const char* text :
       {"${SECRET:-x}", "${ALLOWED:-${SECRET}}", "${ALLOWED:-a${ALLOWED:-b${SECRET}}}", "${SECRET",
        "$$${SECRET}", "{{ .x }}${SECRET}", "${file:/etc/passwd}", "${file:/run/pipeline/../x}"}) {
    INFO(text);
    CHECK(checked.problems(of_option(std::string("payloadStr: 'a ") + text + "'")).find("is refused") !=
          std::string::npos);
    CHECK_FALSE(checked.problems(std::string("versions: [{name: a, x: '") + text + "'}]\n").empty());
  }
  for (const char* text : {"${ALLOWED}", "$${SECRET}", "$SECRET", "${file:/run/pipeline}", "{{ ${SECRET} }}"})
    CHECK(checked.problems(of_option(std::string("payloadStr: '") + text + "'")).empty());
}

TEST_CASE("paths stay in the workspace") {
  const Checked checked;
  std::filesystem::create_directories(checked.folder.path() / "sub");
  std::ofstream(checked.folder.path() / "data.csv") << "x";
  std::filesystem::create_symlink("/etc", checked.folder.path() / "sub/away");
  std::filesystem::create_symlink("../data.csv", checked.folder.path() / "sub/near");
  std::filesystem::create_symlink("/tmp/not-there-yet", checked.folder.path() / "sub/dangling");
  for (const char* path : {"/etc/passwd", "../../x", "away/passwd", "dangling", "a/../../../x", "'{{ .x }}'",
                           "/proc/self/environ"}) {
    for (const std::string key :
         {"payloadFile", "rows", "trace", "tls: {ca", "tls: {key", "credentials", "history"}) {
      INFO(key << ": " << path);
      const std::string end = key.find('{') == std::string::npos ? "" : "}";
      CHECK(checked.problems(of_option(key + ": " + path + end)).find("refused") != std::string::npos);
    }
    CHECK_FALSE(checked.problems(of_option(std::string("{provider: file, path: ") + path + "}")).empty());
    CHECK_FALSE(
        checked.problems(of_option(std::string("{provider: '${ALLOWED}', path: ") + path + "}")).empty());
    CHECK_FALSE(checked.problems(of_option(std::string("templates: {p: ") + path + "}")).empty());
  }
  for (const char* path : {"near", "../data.csv", "not/yet/there", "./x"})
    CHECK(checked.problems(of_option(std::string("rows: ") + path)).empty());
  CHECK(checked.problems(of_option("path: /orders")).empty());
  CHECK_FALSE(checked.problems(of_option("templates: {p: 'file:///etc/passwd'}")).empty());
  CHECK_FALSE(is_within_reach("/etc/passwd", {.trust = Trust::none, .workspace = checked.folder.path()}));
  CHECK(is_within_reach("/etc/passwd", {.trust = Trust::full, .workspace = checked.folder.path()}));
}

TEST_CASE("hosts that are not allowed are said at their place, whoever wrote the file") {
  Checked checked;
  checked.trust = Trust::full;
  checked.hosts = base::HostPolicy::parse("good.example");
  CHECK(checked.problems(of_option("url: https://evil.example/x")) ==
        "x.yaml:4:10: error: ITER8_ALLOW_HOSTS does not allow evil.example:443\n");
  for (const char* option : {"proxy: evil.example:3128", "connectTo: http://127.0.0.1",
                             "payloadURL: http://evil.example", "remote: git@evil.example:a/b.git",
                             "url: unix:/run/docker.sock:/x", "templates: {p: http://evil.example}"}) {
    INFO(option);
    CHECK_FALSE(checked.problems(of_option(option)).empty());
  }
  for (const char* option :
       {"url: https://good.example/x", "url: '{{ .version.url }}'", "text: http://evil.example"})
    CHECK(checked.problems(of_option(option)).empty());
  checked.hosts = base::HostPolicy::parse("10.0.0.0/8");
  CHECK(checked.problems(of_option("url: https://some.name/x")).empty());  // its address decides
  CHECK_FALSE(checked.problems(of_option("url: https://11.0.0.1/x")).empty());
}

TEST_CASE("what the pipeline sets is its own") {
  Checked checked;
  checked.hosts = base::HostPolicy::parse("good.example");
  checked.overrides = {{"tasks[0].with.rows", "/data/rows.csv"}, {"tasks[0].with.payloadStr", "${SECRET}"}};
  CHECK(checked.problems(of_option("rows: /etc/passwd")).empty());
}
