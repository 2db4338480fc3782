#include "load/stream/sse_parser.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::string_literals;
using Texts = std::vector<std::string>;

/// The events of the stream, "type|data", when it arrives cut at these places.
Texts events_of(std::string_view stream, std::size_t piece, std::size_t limit = 1000) {
  SseParser parser;
  parser.start(limit);
  Texts lines;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    const std::string copy(stream.substr(at, piece));  // memory of its own
    std::string_view bytes = copy;
    while (const auto event = parser.next(bytes))
      lines.push_back(std::string(event->type) + "|" + std::string(event->data));
    if (parser.problem() != SseParser::Problem::none) {
      lines.emplace_back("too large");
      break;
    }
    CHECK(bytes.empty());
  }
  return lines;
}

void check_events(std::string_view stream, const Texts& expected) {
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    INFO("pieces of " << piece << ": " << stream);
    CHECK(events_of(stream, piece) == expected);
  }
}

TEST_CASE("an event ends with an empty line, whatever ends a line") {
  check_events("data: one\n\ndata: two\n\n", {"|one", "|two"});
  check_events("data: one\r\n\r\ndata: two\r\n\r\n", {"|one", "|two"});
  check_events("data: one\r\rdata: two\r\r", {"|one", "|two"});
  check_events("data: one\r\n\ndata: two\r\r\n", {"|one", "|two"});
}

TEST_CASE("the examples of the HTML standard") {
  check_events("data: YHOO\ndata: +2\ndata: 10\n\n", {"|YHOO\n+2\n10"});
  check_events(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
               {"|first event", "|second event", "| third event"});
  check_events("data\n\ndata\ndata\n\ndata:", {"|", "|\n"});
  check_events("data:test\n\ndata: test\n\n", {"|test", "|test"});
}

TEST_CASE("fields: the type of an event, and what is not known is left out") {
  check_events("event: add\ndata: 1\n\ndata: 2\n\n", {"add|1", "|2"});
  check_events("event: add\n\ndata: 2\n\n", {"|2"});
  check_events("retry: 10\nid: 7\nx: y\ndata x: z\n data: no\nData: no\ndata: 3\n\n", {"|3"});
  check_events(":\n:data: no\n\n", {});
  check_events("data: a:b: c\n\n", {"|a:b: c"});
}

TEST_CASE("one byte order mark is left out, at the beginning only") {
  check_events(
      "\xEF\xBB\xBF"
      "data: 1\n\n\xEF\xBB\xBF"
      "data: 2\n\ndata: 3\n\n",
      {"|1", "|3"});
  check_events("\xEF\xBB\xBF\ndata: 1\n\n", {"|1"});
  check_events("\xEF\xBBx\ndata: 1\n\n", {"|1"});
}

TEST_CASE("an event that the end of the stream cuts off is left out") {
  check_events("data: 1\n\ndata: 2\n", {"|1"});
  check_events("data: 1\n\ndata: 2", {"|1"});
}

TEST_CASE("data may hold any byte but the ends of lines") {
  check_events("data: \0\x01\xff\n\n"s, {"|\0\x01\xff"s});
}

TEST_CASE("events and lines have a limit, whatever they consist of") {
  for (const std::size_t piece : {1U, 7U, 100'000U}) {
    CHECK(events_of("data: " + std::string(1000, 'x') + "\n\n", piece, 1006) ==
          Texts{"|" + std::string(1000, 'x')});
    CHECK(events_of("data: " + std::string(1001, 'x') + "\n\n", piece, 1006) == Texts{"too large"});
    CHECK(events_of(":" + std::string(1006, 'x') + "\n\n", piece, 1006) == Texts{"too large"});
    std::string lines;
    for (int i = 0; i < 1100; ++i) lines += "data\n";
    CHECK(events_of("data: 1\n\n" + lines, piece, 1006) == Texts{"|1", "too large"});
    CHECK(events_of("data: " + std::string(10'000'000, 'x'), 65536, 1 << 20) == Texts{"too large"});
  }
  std::string comments;
  for (int i = 0; i < 1000; ++i) comments += ": still there\n\n";
  CHECK(events_of(comments + "data: 1\n\n", 100, 100) == Texts{"|1"});
}

TEST_CASE("a parser can be used for one stream after another") {
  SseParser parser;
  parser.start(10);
  std::string_view bytes = "event: a\ndata: 1\r";
  CHECK_FALSE(parser.next(bytes));
  parser.start(100);
  bytes = "\n\ndata: 2\n\n";
  const auto event = parser.next(bytes);
  REQUIRE(event);
  CHECK(event->type.empty());
  CHECK(event->data == "2");
}

}  // namespace
}  // namespace iter8::load
