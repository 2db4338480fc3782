#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iter8::load {

/// RFC 9113, section 6. A server may send others, which mean nothing.
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

/// RFC 9113, section 4.2: what a receiver takes that has not said otherwise, as this one never does.
inline constexpr std::size_t kFirstFrameSize = 16384;
/// RFC 9113, section 6.9.1; also the highest stream identifier.
inline constexpr std::uint32_t kLargest31 = 0x7fffffff;

struct Http2Frame {
  FrameType type = FrameType::data;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string_view payload;  // without padding and priority; valid until the next call
  std::size_t flow = 0;      // of DATA: what counts against the windows, with the padding
  bool is_last = true;       // DATA comes in the pieces in which it arrives

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

/// Takes frames off a stream of bytes that arrives in pieces of any size. A frame that arrived whole is not
/// copied, and DATA never is. Pure; one thread.
class Http2FrameReader {
 public:
  void reset();

  /// The next frame, or piece of DATA, at the front of `rest`; nothing when it is not there yet, or
  /// problem().
  std::optional<Http2Frame> next(std::string_view& rest);
  /// Why there will be no more; empty while there may.
  std::string_view problem() const { return problem_; }

 private:
  bool take_head(std::string_view& rest);
  bool take(std::size_t size, std::string_view& rest, std::string_view& taken);
  std::optional<Http2Frame> take_data(std::string_view& rest);
  bool strip(std::string_view& payload);

  Http2Frame frame_;  // whose payload is being read
  bool has_head_ = false;
  bool wants_padding_size_ = false;
  std::size_t size_ = 0;     // of the payload; of DATA what is left of it
  std::size_t padding_ = 0;  // what is left of it, in DATA
  std::string cut_;          // the front of a head or payload whose end has not arrived
  std::string whole_;        // one that arrived in pieces
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
