#include "load/protocol/http2_headers.h"

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

const std::string kIndexed200 = "\x88";

Outcome read(Http2FieldReader& reader, std::string_view block, Http2FieldReader::Head& head,
             Kind kind = Kind::head) {
  head = {};
  return reader.read(block, kind, nullptr, head);
}

std::string block_problem(std::string_view block, Kind kind = Kind::head) {
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

TEST_CASE("what blocks do with the table: the examples of RFC 7541, appendix C") {
  const auto leaves = [](std::string_view block) { return examine_block(block).leaves_table(); };
  CHECK(examine_block("\x40\x0a"
                      "custom-key"
                      "\x0d"
                      "custom-header")
            .added == 1);                       // C.2.1, with indexing
  CHECK(leaves("\x04\x0c/sample/path"));        // C.2.2, without
  CHECK(leaves("\x10\x08password\x06secret"));  // C.2.3, never
  CHECK(leaves("\x82"));                        // C.2.4, indexed
  CHECK_FALSE(examine_block("\x20").is_plain);  // 6.3, the table's size
  CHECK(examine_block("\x82\x41\x01x\x41\x01y").added == 2);
  CHECK_FALSE(examine_block("\x82\xbd\x7d\x01x").refers);
  CHECK(examine_block("\x82\xbe").refers);
  CHECK(examine_block("\x7e\x01x").refers);  // by its name
  CHECK(examine_block("\x0f\x2f\x01x").refers);
  CHECK(examine_block("\xff\x80\x01").is_plain);  // an index of several bytes
  CHECK(leaves(""));
  for (const auto& cut :
       {"\x04\x0c/sample"s, "\x04"s, "\x00"s, "\xff"s, "\xff\xff"s, "\xff\xff\xff\xff\xff\xff\xff"s})
    CHECK_FALSE(examine_block(cut).is_plain);
}

TEST_CASE("the head of a response: status and length") {
  Http2FieldReader reader;
  reader.reset();
  Http2FieldReader::Head head;
  for (int i = 0; i < 3; ++i) {  // also from memory
    REQUIRE(read(reader, kIndexed200 + literal("content-length", "12"), head) == Outcome::good);
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
  const std::string refers = kIndexed200 + "\xbe";  // the newest entry
  REQUIRE(read(reader, kIndexed200 + literal("content-length", "1", '\x40'), head) == Outcome::good);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(read(reader, refers, head) == Outcome::good);
    CHECK(head.length == 1);
  }
  REQUIRE(read(reader, kIndexed200 + literal("content-length", "2", '\x40'), head) == Outcome::good);
  REQUIRE(read(reader, refers, head) == Outcome::good);
  CHECK(head.length == 2);
}

/// The blocks, and whether a reader that remembers says the same of each as readers that begin anew and are
/// told all blocks before it with a field that no memory holds.
void check_like_fresh(const std::vector<std::string>& blocks) {
  Http2FieldReader remembering;
  remembering.reset();
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    Http2FieldReader plain;
    plain.reset();
    Http2FieldReader::Head ignored;
    for (std::size_t j = 0; j < i; ++j) {
      read(plain, blocks[j], ignored);
      read(plain, kIndexed200, ignored);  // so that the next one is never the last one again
    }
    Http2FieldReader::Head wanted;
    Http2FieldReader::Head head;
    const Outcome outcome = read(plain, blocks[i], wanted);
    CAPTURE(i);
    CHECK(read(remembering, blocks[i], head) == outcome);
    CHECK(head.status == wanted.status);
    CHECK(head.length == wanted.length);
  }
}

TEST_CASE("a server that adds to the table with every response and refers to it later") {
  const std::string one = kIndexed200 + literal("content-length", "1", '\x40');
  const std::string two = kIndexed200 + literal("content-length", "2", '\x40') + literal("x", "y", '\x40');
  const auto entry = [](int index) { return kIndexed200 + static_cast<char>(0x80 + 61 + index); };
  std::vector<std::string> blocks;
  const auto times = [&blocks](std::size_t count, const std::string& block) {
    blocks.insert(blocks.end(), count, block);
  };
  times(3, one);
  times(1, two);
  for (const int index : {1, 2, 3, 4, 5, 6}) times(2, entry(index));
  times(300, two);  // more than the table has room for
  for (const int index : {1, 2, 59, 60}) times(2, entry(index));
  times(2, one);
  for (const int index : {1, 2, 3, 4, 5}) times(1, entry(index));
  check_like_fresh(blocks);
}

TEST_CASE("a table that changes in a malformed block has changed all the same") {
  Http2FieldReader reader;
  reader.reset();
  Http2FieldReader::Head head;
  REQUIRE(read(reader, kIndexed200 + literal("content-length", "1", '\x40'), head) == Outcome::good);
  REQUIRE(read(reader, kIndexed200 + "\xbe", head) == Outcome::good);
  REQUIRE(read(reader, literal("Bad", "x") + literal("content-length", "7", '\x40'), head) ==
          Outcome::malformed);
  REQUIRE(read(reader, kIndexed200 + "\xbe", head) == Outcome::good);
  CHECK(head.length == 7);
}

TEST_CASE("heads that RFC 9113, section 8, does not let through") {
  CHECK(block_problem("") == "the response has no status");
  CHECK(block_problem(literal("a", "b")) == "the response has no status");
  CHECK(block_problem(literal("a", "b") + kIndexed200) == "the status is not where it belongs");
  CHECK(block_problem(kIndexed200 + kIndexed200) == "the status is not where it belongs");
  CHECK(block_problem(kIndexed200, Kind::trailers) == "the status is not where it belongs");
  CHECK(block_problem(literal(":status", "20")) == "the status is not a number of three digits");
  CHECK(block_problem(literal(":status", "2x0")) == "the status is not a number of three digits");
  CHECK(block_problem(literal(":status", "000")) == "the status is not a number of three digits");
  CHECK(block_problem(kIndexed200 + literal("A", "b")) == "a field has a bad name");
  CHECK(block_problem(kIndexed200 + literal("", "b")) == "a field has a bad name");
  CHECK(block_problem(kIndexed200 + literal(":path", "/")) == "a field has a bad name");
  CHECK_THAT(block_problem(kIndexed200 + literal("a", "b\nc")), Catch::Contains("control character"));
  CHECK_THAT(block_problem(kIndexed200 + literal("transfer-encoding", "chunked")),
             Catch::Contains("HTTP/1.1"));
  CHECK(block_problem(kIndexed200 + literal("content-length", "x")) == "Content-Length is not a number");
  CHECK(block_problem(kIndexed200 + literal("content-length", "")) == "Content-Length is not a number");
  CHECK(block_problem(kIndexed200 + literal("content-length", "1") + literal("content-length", "2")) ==
        "two different Content-Lengths");
  CHECK(block_problem(kIndexed200 + literal("content-length", "1") + literal("content-length", "1")).empty());
  CHECK(block_problem(literal("x-sum", "1"), Kind::trailers).empty());
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
  std::string block =
      kIndexed200 + "\x40\x01x\x7f\xa1\x1e";  // one entry of 4000 bytes, then named again and again
  block += std::string(4000, 'y');
  for (int i = 0; i < 20; ++i) block += '\xbe';
  CHECK(block_problem(block) == "the fields are longer than 64 KiB");
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
  CHECK_FALSE(examine_block(write(writer, fields)).is_plain);  // says the table's new size first
}

}  // namespace
}  // namespace iter8::load
