#include "load/protocol/grpc_message_reader.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/compression.h"
#include "load/request/grpc_messages.h"

namespace iter8::load {
namespace {

using namespace std::string_literals;

std::string framed(std::string_view message, GrpcCompression compression = GrpcCompression::off) {
  std::string bytes;
  append_grpc_message(bytes, message, compression);
  return bytes;
}

struct ReadMessages {
  std::vector<std::string> messages;
  std::string problem;
  bool can_end = false;
};

ReadMessages read_messages(std::string_view body, std::size_t piece,
                           GrpcEncoding encoding = GrpcEncoding::gzip, std::size_t limit = 1000) {
  GrpcMessageReader reader;
  reader.begin(limit, GrpcMessageReader::Contents::keep);
  reader.set_encoding(encoding);
  ReadMessages result;
  for (std::size_t i = 0; i < body.size(); i += piece) {
    std::string_view rest = body.substr(i, piece);
    while (const auto message = reader.next(rest)) {
      CHECK(message->size == message->bytes.size());
      result.messages.emplace_back(message->bytes);
    }
  }
  result.problem = reader.problem();
  result.can_end = reader.is_between_messages();
  return result;
}

TEST_CASE("a message has a byte for compression and four for its length before it") {
  CHECK(framed("abc") == "\0\0\0\0\3abc"s);
  CHECK(framed(std::string(300, 'x')).substr(0, 5) == "\0\0\0\1\x2c"s);
  const std::string packed = framed("abcabcabcabc", GrpcCompression::gzip);
  CHECK(packed[0] == 1);
  CHECK(base::decompress(packed.substr(5), 100) == "abcabcabcabc");
}

TEST_CASE("messages are the same in whatever pieces they arrive") {
  const std::string long_text(700, 'x');
  const std::string body = framed("") + framed("abc") + framed(long_text, GrpcCompression::gzip) +
                           framed(long_text) + framed("", GrpcCompression::gzip);
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 7U, 64U, 10'000U}) {
    const ReadMessages result = read_messages(body, piece);
    CHECK(result.messages == std::vector<std::string>{"", "abc", long_text, long_text, ""});
    CHECK(result.problem.empty());
    CHECK(result.can_end);
  }
}

TEST_CASE("a body that ends within a message cannot end there") {
  const std::string body = framed("abc");
  for (std::size_t size = 1; size < body.size(); ++size) {
    const ReadMessages result = read_messages(std::string_view(body).substr(0, size), 100);
    CHECK(result.messages.empty());
    CHECK_FALSE(result.can_end);
  }
}

TEST_CASE("messages that are too large are refused by their length, bombs by what they unpack to") {
  CHECK(read_messages(framed(std::string(1000, 'x')), 64).problem.empty());
  CHECK(read_messages("\0\0\0\x03\xe9"s, 64).problem ==
        "a message of 1001 bytes is larger than the limit of 1000");
  CHECK(read_messages("\0\xff\xff\xff\xff"s, 64).problem ==
        "a message of 4294967295 bytes is larger than the limit of 1000");
  const std::string bomb = framed(std::string(std::size_t{1} << 20, 'x'), GrpcCompression::gzip);
  for (const std::size_t piece : {1U, 100U, 100'000U}) {
    const ReadMessages result = read_messages(bomb, piece, GrpcEncoding::gzip, 100'000);
    CHECK(result.messages.empty());
    CHECK(result.problem.find("decompresses to more than the limit of 100000") != std::string::npos);
  }
}

TEST_CASE("what is not a message of gRPC, or not compressed as the response says, is a problem") {
  CHECK(read_messages("<html>", 64).problem ==
        "a message begins with byte 60; expected 0, or 1 for a compressed one");
  const std::string packed = framed("abcabcabc", GrpcCompression::gzip);
  CHECK(read_messages(packed, 64, GrpcEncoding::identity).problem ==
        "a message is compressed, although the response has no grpc-encoding");
  CHECK(read_messages(packed, 64, GrpcEncoding::unknown).problem ==
        "a message is compressed with something else than gzip or deflate");
  CHECK(read_messages("\1\0\0\0\5hello"s, 64).problem == "a message cannot be decompressed");
  std::string cut = packed.substr(0, packed.size() - 9);
  cut[4] = static_cast<char>(cut.size() - 5);
  CHECK(read_messages(cut, 64).problem == "a message ends before its compressed data do");
  std::string long_one = packed + "xx";
  long_one[4] = static_cast<char>(long_one.size() - 5);
  for (const std::size_t piece : {1U, 7U, 64U})
    CHECK(read_messages(long_one, piece).problem == "bytes follow the compressed data of a message");
  CHECK(read_messages(packed + framed("next"), 1).messages == std::vector<std::string>{"abcabcabc", "next"});
}

TEST_CASE("without keeping messages their sizes are known") {
  GrpcMessageReader reader;
  reader.begin(1 << 20, GrpcMessageReader::Contents::skip);
  reader.set_encoding(GrpcEncoding::gzip);
  const std::string body =
      framed(std::string(5000, 'x')) + framed(std::string(7000, 'y'), GrpcCompression::gzip);
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < body.size(); i += 11) {
    std::string_view rest = std::string_view(body).substr(i, 11);
    while (const auto message = reader.next(rest)) {
      CHECK(message->bytes.empty());
      sizes.push_back(message->size);
    }
  }
  CHECK(sizes == std::vector<std::size_t>{5000, 7000});
}

}  // namespace
}  // namespace iter8::load
