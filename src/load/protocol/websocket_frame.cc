#include "load/protocol/websocket_frame.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace iter8::load {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::size_t kLongestShort = 125;  // lengths above take two more bytes (126) or eight (127)
constexpr std::uint64_t kLongestTwoBytes = 65535;
constexpr int kNoCode = 1005;

std::uint64_t read_big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

bool is_known(std::uint8_t opcode) {
  return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

/// XOR with the key, eight bytes at a time.
void append_masked(std::string& out, std::string_view payload, const std::array<char, 4>& key) {
  const std::size_t begin = out.size();
  out += payload;
  char* bytes = out.data() + begin;
  std::array<char, 8> twice{};
  for (std::size_t i = 0; i < twice.size(); ++i) twice[i] = key[i % key.size()];
  const auto wide_key = std::bit_cast<std::uint64_t>(twice);
  std::size_t at = 0;
  for (; at + sizeof(wide_key) <= payload.size(); at += sizeof(wide_key)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes + at, sizeof(eight));
    eight ^= wide_key;
    std::memcpy(bytes + at, &eight, sizeof(eight));
  }
  for (; at < payload.size(); ++at) bytes[at] = static_cast<char>(bytes[at] ^ twice[at % twice.size()]);
}

void append_length(std::string& out, std::uint64_t length) {
  if (length <= kLongestShort) {
    out += static_cast<char>(kMasked | length);
    return;
  }
  const int size = length <= kLongestTwoBytes ? 2 : 8;
  out += static_cast<char>(kMasked | (size == 2 ? 126U : 127U));
  for (int i = size - 1; i >= 0; --i) out += static_cast<char>(length >> (8 * i) & 0xffU);
}

}  // namespace

void WebSocketFrameReader::reset() {
  head_size_ = 0;
  in_payload_ = false;
  remaining_ = 0;
  control_.clear();
  problem_ = {};
}

std::optional<WebSocketFrame> WebSocketFrameReader::next(std::string_view& bytes) {
  if (!problem_.empty()) return std::nullopt;
  if (!in_payload_ && !read_head(bytes)) return std::nullopt;
  if (bytes.empty() && remaining_ > 0) return std::nullopt;
  std::string_view piece =
      bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size())));
  bytes.remove_prefix(piece.size());
  remaining_ -= piece.size();
  if (is_control_frame(frame_.opcode)) {
    const bool is_whole = piece.size() == frame_.length;
    if (!is_whole) control_ += piece;
    if (remaining_ > 0) return std::nullopt;
    if (!is_whole) piece = control_;
  }
  frame_.payload = piece;
  frame_.is_begin = remaining_ + piece.size() == frame_.length;
  frame_.is_complete = remaining_ == 0;
  in_payload_ = remaining_ > 0;
  return frame_;
}

/// False when the head is not complete, or wrong.
bool WebSocketFrameReader::read_head(std::string_view& bytes) {
  while (!bytes.empty()) {
    head_[head_size_++] = bytes.front();
    bytes.remove_prefix(1);
    if (head_size_ < 2) continue;
    const auto length = static_cast<std::uint8_t>(head_[1]) & 0x7fU;
    const std::size_t size = length == 126 ? 4 : length == 127 ? kLongestHead : 2;
    if (head_size_ < size) continue;
    parse_head(size);
    head_size_ = 0;
    control_.clear();
    in_payload_ = problem_.empty();
    return in_payload_;
  }
  return false;
}

void WebSocketFrameReader::parse_head(std::size_t size) {
  const auto first = static_cast<std::uint8_t>(head_[0]);
  const auto second = static_cast<std::uint8_t>(head_[1]);
  const std::uint8_t opcode = first & 0x0fU;
  std::uint64_t length = second & 0x7fU;
  if (size > 2) length = read_big_endian({head_.data() + 2, size - 2});
  const bool is_minimal = size == 2 || length > (size == 4 ? kLongestShort : kLongestTwoBytes);
  if ((first & kReserved) != 0) {
    problem_ = "a frame has a reserved bit set, although no extension was agreed on";
  } else if (!is_known(opcode)) {
    problem_ = "a frame has an opcode that does not exist";
  } else if ((second & kMasked) != 0) {
    problem_ = "the server masks its frames, as only clients do";
  } else if (!is_minimal || length >> 63 != 0) {
    problem_ = "a frame's length is not written as it must be";
  } else if ((opcode & 8U) != 0 && ((first & kFinal) == 0 || length > kLongestControl)) {
    problem_ = "a control frame is fragmented or longer than 125 bytes";
  }
  frame_ = {.opcode = static_cast<Opcode>(opcode),
            .is_final = (first & kFinal) != 0,
            .length = length,
            .payload = {}};
  remaining_ = length;
}

void append_websocket_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask) {
  const auto key = std::bit_cast<std::array<char, 4>>(mask);
  out += static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode));
  append_length(out, payload.size());
  out.append(key.data(), key.size());
  append_masked(out, payload, key);
}

void append_close_frame(std::string& out, CloseCode code, std::uint32_t mask) {
  const auto number = static_cast<std::uint16_t>(code);
  const std::array<char, 2> payload = {static_cast<char>(number >> 8), static_cast<char>(number & 0xffU)};
  append_websocket_frame(out, Opcode::close, {payload.data(), payload.size()}, mask);
}

std::optional<int> close_code_of(std::string_view payload) {
  if (payload.empty()) return kNoCode;
  if (payload.size() < 2) return std::nullopt;
  const auto code = static_cast<int>(read_big_endian(payload.substr(0, 2)));
  const bool is_registered = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
  const bool is_private = code >= 3000 && code <= 4999;
  return is_registered || is_private ? std::optional(code) : std::nullopt;
}

std::string close_code_text(int code) {
  // The registry of RFC 6455, section 11.7, as IANA continues it.
  constexpr std::array<std::pair<int, std::string_view>, 12> kNames = {{{1000, "normal"},
                                                                        {1001, "going away"},
                                                                        {1002, "protocol error"},
                                                                        {1003, "unsupported data"},
                                                                        {kNoCode, "no code"},
                                                                        {1007, "invalid payload"},
                                                                        {1008, "policy violation"},
                                                                        {1009, "message too big"},
                                                                        {1010, "extension missing"},
                                                                        {1011, "internal error"},
                                                                        {1012, "service restart"},
                                                                        {1013, "try again later"}}};
  const auto* name = std::ranges::find(kNames, code, &std::pair<int, std::string_view>::first);
  return name == kNames.end() ? std::to_string(code) : fmt::format("{} ({})", code, name->second);
}

}  // namespace iter8::load
