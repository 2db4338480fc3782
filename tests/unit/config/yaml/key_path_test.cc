#include "config/yaml/key_path.h"

#include <catch2/catch.hpp>

#include "tests/unit/config/reading.h"

using namespace iter8::config;

TEST_CASE("a position has the path of the innermost value that begins at or before it") {
  const Node root = document("name: a\ntasks:\n- task: http\n  with: {qps: 8, url: x}\n- run: echo\n");
  CHECK(key_path(root, {1, 7}) == "name");
  CHECK(key_path(root, {3, 9}) == "tasks[0].task");
  CHECK(key_path(root, {4, 15}) == "tasks[0].with.qps");
  CHECK(key_path(root, {4, 23}) == "tasks[0].with.url");
  CHECK(key_path(root, {5, 8}) == "tasks[1].run");
}

TEST_CASE("what begins together with its first part is meant as a whole") {
  const Node root = document("tasks:\n- task: http\n  qps: 1\n");
  CHECK(key_path(root, {2, 3}) == "tasks[0]");
  CHECK(key_path(root, {1, 1}).empty());
}

TEST_CASE("a position of nowhere has no path, and dots in keys are marked") {
  const Node root = document("a.b: {c: [1]}\n");
  CHECK(key_path(root, {}).empty());
  CHECK(key_path(root, {1, 11}) == "a\\.b.c[0]");
}
