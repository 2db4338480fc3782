#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::load {

/// Frames of WebSocket (RFC 6455, section 5), as a client sends and receives them: its own are masked, those
/// of the server are not. No extension is spoken.

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Close codes (section 7.4.1) that a client sends.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  protocol_error = 1002,
  invalid_text = 1007,
  too_big = 1009
};

constexpr bool is_control_frame(Opcode opcode) {
  return (static_cast<std::uint8_t>(opcode) & 8U) != 0;
}

/// A frame of the server, or a piece of its payload.
struct WebSocketFrame {
  Opcode opcode = Opcode::text;
  bool is_final = true;      // the last frame of its message (FIN)
  std::uint64_t length = 0;  // of the whole payload, as announced
  std::string_view payload;  // of a control frame all of it, of a data frame the next piece
  bool is_begin = true;      // the frame begins with this piece
  bool is_complete = true;   // and ends with it
};

/// Takes frames off bytes that arrive in pieces of any size. Payloads of data frames are handed on as they
/// come and are not kept; control frames are collected, at most 125 bytes. One thread.
class WebSocketFrameReader {
 public:
  /// On a fresh connection.
  void reset();
  /// The next frame or piece at the front of `bytes`, which is taken off; it borrows from `bytes` or from the
  /// reader, until the next call. nullopt when more bytes are needed, or something is wrong: see problem().
  std::optional<WebSocketFrame> next(std::string_view& bytes);
  /// What violates the protocol, as a sentence; empty while nothing does. A literal.
  std::string_view problem() const { return problem_; }

 private:
  bool read_head(std::string_view& bytes);
  void parse_head(std::size_t size);

  static constexpr std::size_t kLongestHead = 10;
  static constexpr std::size_t kLongestControl = 125;

  std::array<char, kLongestHead> head_{};
  std::size_t head_size_ = 0;
  bool in_payload_ = false;
  WebSocketFrame frame_;
  std::uint64_t remaining_ = 0;  // of the payload
  std::string control_;          // the payload of a control frame so far
  std::string_view problem_;
};

/// Appends a frame with all of a message, masked with this key (section 5.3).
void append_websocket_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask);
/// Appends a close frame with this code and no reason.
void append_close_frame(std::string& out, CloseCode code, std::uint32_t mask);

/// The close code of a close frame's payload: 1005 when it has none, nullopt when it is one that may not be
/// sent, or a single byte.
std::optional<int> close_code_of(std::string_view payload);
/// "1011 (internal error)".
std::string close_code_text(int code);

}  // namespace iter8::load
