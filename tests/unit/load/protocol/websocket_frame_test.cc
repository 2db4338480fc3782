#include "load/protocol/websocket_frame.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::string_literals;

/// A frame as servers send it.
std::string server_frame(Opcode opcode, const std::string& payload, bool is_final = true) {
  std::string bytes(1, static_cast<char>((is_final ? 0x80U : 0U) | static_cast<unsigned>(opcode)));
  if (payload.size() <= 125) {
    bytes += static_cast<char>(payload.size());
  } else if (payload.size() <= 65535) {
    bytes += static_cast<char>(126);
    bytes += static_cast<char>(payload.size() >> 8);
    bytes += static_cast<char>(payload.size() & 0xffU);
  } else {
    bytes += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(payload.size() >> shift & 0xffU);
  }
  return bytes + payload;
}

/// "TEXT:payload" of each frame, given in pieces of this size; then the problem, if there is one.
std::string read_in_pieces(const std::string& bytes, std::size_t size) {
  WebSocketFrameReader reader;
  reader.reset();
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    const std::string piece = bytes.substr(at, size);
    std::string_view rest = piece;
    while (const auto frame = reader.next(rest)) {
      if (frame->is_begin)
        text += std::to_string(static_cast<int>(frame->opcode)) + (frame->is_final ? ":" : "+:");
      text += frame->payload;
      if (frame->is_complete) text += ' ';
    }
  }
  return text + std::string(reader.problem());
}

TEST_CASE("websocket: frames are the same in pieces of any size") {
  const std::string long_text(300, 'x');
  const std::string all = server_frame(Opcode::text, "Hello") + server_frame(Opcode::text, "a", false) +
                          server_frame(Opcode::ping, "p") + server_frame(Opcode::continuation, "", false) +
                          server_frame(Opcode::continuation, long_text) + server_frame(Opcode::binary, "") +
                          server_frame(Opcode::close, "\x03\xe8"s);
  const std::string expected = "1:Hello 1+:a 9:p 0+: 0:" + long_text + " 2: 8:\x03\xe8 "s;
  for (std::size_t size = 1; size <= all.size(); ++size) {
    INFO(size);
    CHECK(read_in_pieces(all, size) == expected);
  }
  const std::string huge(70'000, 'y');
  CHECK(read_in_pieces(server_frame(Opcode::binary, huge), 4096) == "2:" + huge + " ");
}

TEST_CASE("websocket: frames that violate the protocol") {
  const auto problem = [](const std::string& bytes) { return read_in_pieces(bytes, 1); };
  CHECK_THAT(problem("\x81\x85"s), Catch::Contains("masks its frames"));
  CHECK_THAT(problem("\xc1\x01"s), Catch::Contains("reserved bit"));
  CHECK_THAT(problem("\x91\x01"s), Catch::Contains("reserved bit"));
  CHECK_THAT(problem("\x83\x01"s), Catch::Contains("opcode"));
  CHECK_THAT(problem("\x8b\x01"s), Catch::Contains("opcode"));
  CHECK_THAT(problem("\x09\x01"s), Catch::Contains("control frame"));
  CHECK_THAT(problem("\x89\x7e\x00\x7e"s), Catch::Contains("control frame"));
  CHECK_THAT(problem("\x81\x7e\x00\x7d"s), Catch::Contains("length"));
  CHECK_THAT(problem("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"s), Catch::Contains("length"));
  CHECK_THAT(problem("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00"s), Catch::Contains("length"));
}

TEST_CASE("websocket: what a client sends is masked") {
  // RFC 6455, section 5.7: "Hello" with the key 37 fa 21 3d.
  std::string out;
  const auto key = std::uint32_t{0x3d21fa37};  // in the order of a little-endian machine
  append_websocket_frame(out, Opcode::text, "Hello", key);
  CHECK(out == "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);

  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 125U, 126U, 65535U, 65536U}) {
    std::string payload;
    for (std::size_t i = 0; i < size; ++i) payload += static_cast<char>(i * 31);
    std::string frame;
    append_websocket_frame(frame, Opcode::binary, payload, 0x01020304);
    const std::size_t head = size <= 125 ? 2 : size <= 65535 ? 4 : 10;
    REQUIRE(frame.size() == head + 4 + size);
    std::string unmasked = frame.substr(head + 4);
    for (std::size_t i = 0; i < size; ++i) unmasked[i] = static_cast<char>(unmasked[i] ^ frame[head + i % 4]);
    CHECK(unmasked == payload);
    frame[1] = static_cast<char>(frame[1] & 0x7f);
    CHECK(read_in_pieces(frame.substr(0, head) + payload, 1000) == "2:" + payload + " ");
  }
}

TEST_CASE("websocket: close codes") {
  CHECK(close_code_of("") == 1005);
  CHECK(close_code_of("\x03\xf3 bye") == 1011);
  CHECK(close_code_of("\x0f\xa0") == 4000);
  for (const std::string& payload :
       {"\x03"s, "\x03\xed"s, "\x03\xee"s, "\x03\xf7"s, "\x00\x00"s, "\xff\xff"s})
    CHECK_FALSE(close_code_of(payload));
  CHECK(close_code_text(1013) == "1013 (try again later)");
  CHECK(close_code_text(4321) == "4321");
  std::string out;
  append_close_frame(out, CloseCode::too_big, 0);
  CHECK(out == "\x88\x82\0\0\0\0\x03\xf1"s);
}

}  // namespace
}  // namespace iter8::load
