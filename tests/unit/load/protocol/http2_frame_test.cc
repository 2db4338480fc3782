#include "load/protocol/http2_frame.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::string_literals;

std::string frame_bytes(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::string bytes;
  append_frame_head(bytes, type, flags, stream, payload.size());
  return bytes + std::string(payload);
}

struct FrameRead {
  std::vector<std::string>
      frames;  // "type stream payload flow", a piece of DATA that is not the last with a +
  std::string_view problem;
};

FrameRead read_in_pieces(std::string_view bytes, std::size_t size) {
  FrameRead read;
  Http2FrameReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const std::string piece(bytes.substr(at, size));
    std::string_view rest = piece;
    while (const auto frame = reader.next(rest)) {
      read.frames.push_back(std::to_string(static_cast<int>(frame->type)) + " " +
                            std::to_string(frame->stream) + " " + std::string(frame->payload) + " " +
                            std::to_string(frame->flow) + (frame->is_last ? "" : "+"));
    }
  }
  read.problem = reader.problem();
  return read;
}

TEST_CASE("a frame's head is nine bytes as RFC 9113, section 4.1, has them") {
  CHECK(frame_bytes(FrameType::ping, kAck, 0x01020304, "12345678") ==
        "\0\0\x08\x06\x01\x01\x02\x03\x04"
        "12345678"s);
  CHECK(read_number("\x01\x02\x03\x04", 4) == 0x01020304);
  CHECK(read_number("\xff\x02", 1) == 0xff);
}

TEST_CASE("frames that arrive whole or byte by byte are the same") {
  const std::string bytes = frame_bytes(FrameType::settings, 0, 0, "") +
                            frame_bytes(FrameType::headers, kEndHeaders, 1, "block") +
                            frame_bytes(static_cast<FrameType>(0xfa), 0, 5, "what?") +
                            frame_bytes(FrameType::ping, 0, 0, "12345678");
  const std::vector<std::string> wanted = {"4 0  0", "1 1 block 0", "250 5 what? 0", "6 0 12345678 0"};
  for (const std::size_t size : {1U, 2U, 7U, 9U, 10U, 1000U}) {
    CAPTURE(size);
    CHECK(read_in_pieces(bytes, size).frames == wanted);
  }
}

TEST_CASE("DATA comes in the pieces in which it arrives, and every byte counts against the window once") {
  const std::string bytes = frame_bytes(FrameType::data, kEndStream, 3, "abcdef");
  CHECK(read_in_pieces(bytes, 100).frames == std::vector<std::string>{"0 3 abcdef 6"});
  CHECK(read_in_pieces(bytes, 12).frames == std::vector<std::string>{"0 3 abc 3+", "0 3 def 3"});
  CHECK(read_in_pieces(frame_bytes(FrameType::data, kEndStream, 3, ""), 4).frames ==
        std::vector<std::string>{"0 3  0"});
}

TEST_CASE("padding is taken off and counts against the window") {
  const std::string bytes = frame_bytes(FrameType::data, kPadded, 1,
                                        "\x03"
                                        "ab---"s);
  CHECK(read_in_pieces(bytes, 100).frames == std::vector<std::string>{"0 1 ab 6"});
  for (const std::size_t size : {1U, 2U, 5U}) {
    CAPTURE(size);
    std::size_t flow = 0;
    std::string text;
    for (const std::string& piece : read_in_pieces(bytes, size).frames) {
      flow += static_cast<std::size_t>(piece[piece.find_last_of(' ') + 1] - '0');
      text += piece.substr(4, piece.find_last_of(' ') - 4);
    }
    CHECK(flow == 6);
    CHECK(text == "ab");
  }
  const std::string fields = frame_bytes(FrameType::headers, kPadded | kPriority, 1,
                                         "\x02"
                                         "PPPPP"
                                         "block--"s);
  CHECK(read_in_pieces(fields, 3).frames == std::vector<std::string>{"1 1 block 0"});
}

TEST_CASE("what no frame may be is a problem, and nothing is read after it") {
  const std::string more = frame_bytes(FrameType::ping, 0, 0, "12345678");
  const auto problem = [&](const std::string& bytes) {
    const FrameRead read = read_in_pieces(bytes + more, 5);
    CHECK(read.frames.empty());
    return std::string(read.problem);
  };
  CHECK(problem(frame_bytes(FrameType::headers, 0, 1, std::string(kFirstFrameSize + 1, 'x'))) ==
        "a frame is longer than allowed");
  CHECK(problem(frame_bytes(FrameType::data, kPadded, 1,
                            "\x03"
                            "a-"s)) == "a frame has more padding than bytes");
  CHECK(problem(frame_bytes(FrameType::data, kPadded, 1, "")) == "a frame has more padding than bytes");
  CHECK(problem(frame_bytes(FrameType::headers, kPadded, 1,
                            "\x02"
                            "a"s)) == "a frame has more padding than bytes");
  CHECK(problem(frame_bytes(FrameType::headers, kPadded, 1, "")) == "a frame has more padding than bytes");
  CHECK(problem(frame_bytes(FrameType::headers, kPriority, 1, "1234")) ==
        "a frame has more padding than bytes");
}

}  // namespace
}  // namespace iter8::load
