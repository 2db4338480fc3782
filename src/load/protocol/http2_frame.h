#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::load {

/// RFC 9113, section 6. Frames of other types are ignored.
enum class FrameType : std::uint8_t {
  data,
  headers,
  priority,
  rst_stream,
  settings,
  push_promise,
  ping,
  goaway,
  window_update,
  continuation,
};

inline constexpr std::uint8_t kEndStream = 0x1;
inline constexpr std::uint8_t kAck = 0x1;
inline constexpr std::uint8_t kEndHeaders = 0x4;
inline constexpr std::uint8_t kPadded = 0x8;
inline constexpr std::uint8_t kPriority = 0x20;

/// RFC 9113, section 4.2: the largest payload that a receiver accepts by default. This one never changes it.
inline constexpr std::size_t kFirstFrameSize = 16384;
/// The largest window (RFC 9113, section 6.9.1), and the highest stream identifier.
inline constexpr std::uint32_t kLargest31 = 0x7fffffff;

struct Http2Frame {
  FrameType type = FrameType::data;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string_view payload;  // without padding and priority; valid until the next call
  std::size_t flow = 0;      // of DATA: the bytes that count against the windows, padding included
  bool is_last = true;  // false for a piece of DATA that is not its last: DATA is passed on as it arrives

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

/// Splits a byte stream that arrives in pieces of any size into frames. A frame that arrived whole is not
/// copied, and DATA never is. Pure; one thread.
class Http2FrameReader {
 public:
  void reset();

  /// The next frame, or piece of DATA, bytes off the front of `rest`; nullopt when more bytes are needed, or
  /// on a problem().
  std::optional<Http2Frame> next(std::string_view& rest);
  /// Why no further frame can be read; empty while the stream is sound.
  std::string_view problem() const { return problem_; }

 private:
  bool read_head(std::string_view& rest);
  bool read_bytes(std::size_t size, std::string_view& rest, std::string_view& bytes);
  std::optional<Http2Frame> read_data(std::string_view& rest);
  bool strip_padding(std::string_view& payload);

  Http2Frame frame_;  // whose payload is being read
  bool has_head_ = false;
  bool padding_size_pending_ = false;
  std::size_t size_ = 0;     // of the payload; of DATA what is left of it
  std::size_t padding_ = 0;  // what is left of it, in DATA
  std::string partial_;      // the front of a head or payload whose end has not arrived
  std::string reassembled_;  // one that arrived in pieces
  std::string_view problem_;
};

/// Appends the head of a frame; its payload of `size` bytes follows.
void append_frame_head(std::string& out, FrameType type, std::uint8_t flags, std::uint32_t stream,
                       std::size_t size);
/// Appends a number as four bytes, the highest first.
void append_u32(std::string& out, std::uint32_t number);
/// The first `size` (at most 4) bytes as a number; needs as many.
std::uint32_t read_number(std::string_view bytes, std::size_t size);

}  // namespace iter8::load
