#include "load/protocol/response_validator.h"

#include <catch2/catch.hpp>

#include "base/compression.h"
#include "load/request/cookie_jar.h"

namespace iter8::load {
namespace {

std::string problem_of_pieces(const std::string& text, const std::vector<std::string>& pieces,
                              std::string_view encoding = "") {
  const Expectation expected{.body_contains = text};
  ResponseValidator reader;
  reader.begin(&expected, nullptr);
  if (!encoding.empty()) reader.field("Content-Encoding", encoding);
  for (const std::string& piece : pieces) reader.body(piece);
  return std::string(reader.problem(200));
}

TEST_CASE("a text is found wherever the body is cut") {
  const std::string body = "one two needle three";
  for (std::size_t first = 0; first <= body.size(); ++first) {
    for (std::size_t second = first; second <= body.size(); ++second) {
      const std::vector<std::string> pieces = {body.substr(0, first), body.substr(first, second - first),
                                               body.substr(second)};
      CHECK(problem_of_pieces("needle", pieces).empty());
      CHECK(problem_of_pieces("e", pieces).empty());
      CHECK(problem_of_pieces("needless", pieces) == "the body does not contain 'needless'");
    }
  }
  std::vector<std::string> bytes;
  for (const char c : body) bytes.emplace_back(1, c);
  CHECK(problem_of_pieces("two needle", bytes).empty());
  CHECK_FALSE(problem_of_pieces("twoneedle", bytes).empty());
}

TEST_CASE("a compressed body is looked into") {
  const std::string packed = base::compress("some long text, long text with a needle");
  CHECK(problem_of_pieces("needle", {packed}, "deflate").empty());
  CHECK(problem_of_pieces("needle", {packed.substr(0, 7), packed.substr(7)}, "gzip").empty());
  CHECK_FALSE(problem_of_pieces("nothing", {packed}, "gzip").empty());
  CHECK(problem_of_pieces("needle", {"needle"}, "br") ==
        "the body has a content encoding that cannot be decoded");
  CHECK(problem_of_pieces("needle", {"needle, but no gzip"}, "gzip") ==
        "the body has a content encoding that cannot be decoded");
}

TEST_CASE("status and fields are compared") {
  const Expectation expected{.statuses = {{.lower = 200, .upper = 299}}, .headers = {{"X-Version", "v2"}}};
  ResponseValidator reader;
  reader.begin(&expected, nullptr);
  reader.field("x-version", "app v2.1");
  CHECK(reader.problem(204).empty());
  CHECK(reader.problem(301) == "the status is 301, which is not expected");
  reader.begin(&expected, nullptr);
  reader.field("x-version", "v1");
  CHECK(reader.problem(200) == "the response has no field 'X-Version' with 'v2'");
}

TEST_CASE("a jar sends back what was set, the last value of each, and nothing that was deleted") {
  CookieJar jar;
  jar.set("a=1; Path=/; HttpOnly");
  jar.set("b=2");
  jar.set("a=3");
  CHECK(jar.text() == "a=3; b=2");
  jar.set("b=; Max-Age=0");
  CHECK(jar.text() == "a=3");
  jar.set("no cookie");
  jar.set("=x");
  jar.set("big=" + std::string(5000, 'x'));
  CHECK(jar.text() == "a=3");
  jar.clear();
  CHECK(jar.text().empty());
}

TEST_CASE("compressed bytes come back") {
  const std::string bytes(100'000, 'x');
  CHECK(base::compress(bytes).size() < 1000);
  CHECK(base::decompress(base::compress(bytes), 100'000) == bytes);
  CHECK_THROWS(base::decompress(base::compress(bytes), 99'999));
  CHECK_THROWS(base::decompress("no zlib", 100));
}

}  // namespace
}  // namespace iter8::load
