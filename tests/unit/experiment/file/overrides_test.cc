#include "experiment/file/overrides.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "config/yaml/document.h"

using namespace iter8;
using config::Node;

namespace {

Node changed(const std::string& yaml, const std::string& path, const std::string& value) {
  config::Problems problems("test");
  std::optional<Node> document = config::parse_document(yaml, problems);
  REQUIRE(document);
  experiment::apply_overrides(*document, {{path, value}});
  return std::move(*document);
}

}  // namespace

TEST_CASE("An override replaces a value at its place") {
  const Node document = changed("tasks: [{task: http, with: {qps: 8}}]", "tasks[0].with.qps", "20");
  const Node& qps = *document.find("tasks")->items[0].find("with")->find("qps");
  CHECK(qps.text == "20");
  CHECK(config::to_value(qps) == config::Value(20));
  CHECK(qps.position.line == 1);
}

TEST_CASE("An override creates what is missing, and a list grows by one") {
  const Node document = changed("tasks: [{task: http}]", "tasks[1].with.url", "http://x/");
  REQUIRE(document.find("tasks")->items.size() == 2);
  CHECK(document.find("tasks")->items[1].find("with")->find("url")->text == "http://x/");
}

TEST_CASE("In a bare list tasks[0] is its first entry") {
  CHECK(changed("- task: http", "tasks[0].task", "grpc").items[0].find("task")->text == "grpc");
  CHECK(changed("- task: http", "[0].task", "grpc").items[0].find("task")->text == "grpc");
}

TEST_CASE("A backslash keeps a dot in a key") {
  CHECK(changed("with: {a.b: 1}", "with.a\\.b", "2").find("with")->find("a.b")->text == "2");
}

TEST_CASE("An empty value is the empty text, null is nothing") {
  CHECK(changed("a: 1", "a", "").find("a")->kind == Node::Kind::scalar);
  CHECK(changed("a: 1", "a", "null").find("a")->kind == Node::Kind::null);
}

TEST_CASE("A path that does not fit the document is wrong usage") {
  CHECK_THROWS_AS(changed("a: 1", "a.b", "2"), base::UsageError);
  CHECK_THROWS_AS(changed("a: 1", "a[0]", "2"), base::UsageError);
  CHECK_THROWS_AS(changed("a: [1]", "a[2]", "2"), base::UsageError);
  CHECK_THROWS_AS(changed("a: [1]", "a[x]", "2"), base::UsageError);
  CHECK_THROWS_AS(changed("a: [1]", "a[0", "2"), base::UsageError);
  CHECK_THROWS_AS(changed("a: 1", "a.", "2"), base::UsageError);
  CHECK_THROWS_AS(changed("a: 1", "", "2"), base::UsageError);
}
