#include "load/http2_fields.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::string_literals;
using Outcome = Http2FieldReader::Outcome;
using Kind = Http2FieldReader::Kind;
using Fields = std::vector<std::pair<std::string, std::string>>;

/// A literal without indexing, or (RFC 7541, section 6.2.1) with.
std::string literal(std::string_view name, std::string_view value, char first = '\0') {
  std::string bytes(1, first);
  for (const std::string_view text : {name, value})
    bytes += static_cast<char>(text.size()) + std::string(text);
  return bytes;
}

const std::string k200 = "\x88";

Outcome read(Http2FieldReader& reader, std::string_view block, Http2FieldReader::Head& head,
             Kind kind = Kind::head) {
  head = {};
  return reader.read(block, kind, nullptr, head);
}

std::string problem_of(std::string_view block, Kind kind = Kind::head) {
  Http2FieldReader reader;
  reader.reset();
  Http2FieldReader::Head head;
  return read(reader, block, head, kind) == Outcome::good ? "" : std::string(reader.problem());
}

std::string write(Http2FieldWriter& writer, const Fields& fields) {
  std::vector<nghttp2_nv> list;
  for (const auto& [name, value] : fields) {
    list.push_back({.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                    .value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())),
                    .namelen = name.size(),
                    .valuelen = value.size(),
                    .flags = 0});
  }
  return std::string(writer.write(list));
}

TEST_CASE("which representations change the table: the examples of RFC 7541, appendix C") {
  CHECK(
      changes_table("\x40\x0a"
                    "custom-key"
                    "\x0d"
                    "custom-header"));                       // C.2.1, with indexing
  CHECK_FALSE(changes_table("\x04\x0c/sample/path"));        // C.2.2, without
  CHECK_FALSE(changes_table("\x10\x08password\x06secret"));  // C.2.3, never
  CHECK_FALSE(changes_table("\x82"));                        // C.2.4, indexed
  CHECK(changes_table("\x20"));                              // 6.3, the table's size
  CHECK(
      changes_table("\x82\x40\x01"
                    "a\x01"
                    "b"));
  CHECK_FALSE(changes_table("\xff\x80\x01"));  // an index of several bytes
  CHECK_FALSE(changes_table(""));
  for (const auto& cut :
       {"\x04\x0c/sample"s, "\x04"s, "\x00"s, "\xff"s, "\xff\xff"s, "\xff\xff\xff\xff\xff\xff\xff"s})
    CHECK(changes_table(cut));
}

TEST_CASE("the head of an answer: status and length") {
  Http2FieldReader reader;
  reader.reset();
  Http2FieldReader::Head head;
  for (int i = 0; i < 3; ++i) {  // also from memory
    REQUIRE(read(reader, k200 + literal("content-length", "12"), head) == Outcome::good);
    CHECK(head.status == 200);
    CHECK(head.length == 12);
    REQUIRE(read(reader, literal(":status", "503"), head) == Outcome::good);
    CHECK(head.status == 503);
    CHECK_FALSE(head.length);
  }
}

TEST_CASE("a block that refers to the table is decoded again after the table changed") {
  Http2FieldReader reader;
  reader.reset();
  Http2FieldReader::Head head;
  const std::string refers = k200 + "\xbe";  // the newest entry
  REQUIRE(read(reader, k200 + literal("content-length", "1", '\x40'), head) == Outcome::good);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(read(reader, refers, head) == Outcome::good);
    CHECK(head.length == 1);
  }
  REQUIRE(read(reader, k200 + literal("content-length", "2", '\x40'), head) == Outcome::good);
  REQUIRE(read(reader, refers, head) == Outcome::good);
  CHECK(head.length == 2);
}

TEST_CASE("a table that changes in a malformed block has changed all the same") {
  Http2FieldReader reader;
  reader.reset();
  Http2FieldReader::Head head;
  REQUIRE(read(reader, k200 + literal("content-length", "1", '\x40'), head) == Outcome::good);
  REQUIRE(read(reader, k200 + "\xbe", head) == Outcome::good);
  REQUIRE(read(reader, literal("Bad", "x") + literal("content-length", "7", '\x40'), head) ==
          Outcome::malformed);
  REQUIRE(read(reader, k200 + "\xbe", head) == Outcome::good);
  CHECK(head.length == 7);
}

TEST_CASE("heads that RFC 9113, section 8, does not let through") {
  CHECK(problem_of("") == "the answer has no status");
  CHECK(problem_of(literal("a", "b")) == "the answer has no status");
  CHECK(problem_of(literal("a", "b") + k200) == "the status is not where it belongs");
  CHECK(problem_of(k200 + k200) == "the status is not where it belongs");
  CHECK(problem_of(k200, Kind::trailers) == "the status is not where it belongs");
  CHECK(problem_of(literal(":status", "20")) == "the status is no number of three digits");
  CHECK(problem_of(literal(":status", "2x0")) == "the status is no number of three digits");
  CHECK(problem_of(literal(":status", "000")) == "the status is no number of three digits");
  CHECK(problem_of(k200 + literal("A", "b")) == "a field has a bad name");
  CHECK(problem_of(k200 + literal("", "b")) == "a field has a bad name");
  CHECK(problem_of(k200 + literal(":path", "/")) == "a field has a bad name");
  CHECK_THAT(problem_of(k200 + literal("a", "b\nc")), Catch::Contains("control character"));
  CHECK_THAT(problem_of(k200 + literal("transfer-encoding", "chunked")), Catch::Contains("HTTP/1.1"));
  CHECK(problem_of(k200 + literal("content-length", "x")) == "Content-Length is not a number");
  CHECK(problem_of(k200 + literal("content-length", "")) == "Content-Length is not a number");
  CHECK(problem_of(k200 + literal("content-length", "1") + literal("content-length", "2")) ==
        "two different Content-Lengths");
  CHECK(problem_of(k200 + literal("content-length", "1") + literal("content-length", "1")).empty());
  CHECK(problem_of(literal("x-sum", "1"), Kind::trailers).empty());
}

TEST_CASE("a block that cannot be decompressed ends the connection") {
  Http2FieldReader reader;
  reader.reset();
  Http2FieldReader::Head head;
  CHECK(read(reader, "\xbe", head) == Outcome::broken);  // nothing is in the table
  CHECK(reader.problem() == "the fields cannot be decompressed");
  reader.reset();
  CHECK(read(reader, "\x04\x0c/cut", head) == Outcome::broken);
}

TEST_CASE("small on the wire, large in memory") {
  std::string block = k200 + "\x40\x01x\x7f\xa1\x1e";  // one entry of 4000 bytes, then named again and again
  block += std::string(4000, 'y');
  for (int i = 0; i < 20; ++i) block += '\xbe';
  CHECK(problem_of(block) == "the fields are longer than 64 KiB");
}

TEST_CASE("requests that are the same become the same few bytes, which need not be made again") {
  const Fields fields = {
      {":method", "GET"}, {":path", "/a/long/path"}, {":scheme", "http"}, {":authority", "shop.test"}};
  Http2FieldWriter writer;
  writer.reset();
  const std::string first = write(writer, fields);
  CHECK(writer.repeatable().empty());
  const std::string second = write(writer, fields);
  CHECK(second.size() < first.size());
  CHECK(writer.repeatable() == second);
  CHECK(write(writer, fields) == second);
  writer.set_table_size(0);
  CHECK(writer.repeatable().empty());
  CHECK(changes_table(write(writer, fields)));  // says the table's new size first
}

}  // namespace
}  // namespace iter8::load
