#include "load/protocol/http2_frame.h"

#include <algorithm>

namespace iter8::load {
namespace {

constexpr std::size_t kHeadSize = 9;
constexpr std::size_t kPrioritySize = 5;

constexpr std::string_view kTooMuchPadding = "a frame has more padding than bytes";

char byte_of(std::uint32_t number, int shift) {
  return static_cast<char>(static_cast<unsigned char>(number >> shift));
}

}  // namespace

void Http2FrameReader::reset() {
  has_head_ = false;
  partial_.clear();
  problem_ = {};
}

std::optional<Http2Frame> Http2FrameReader::next(std::string_view& rest) {
  if (!problem_.empty() || (!has_head_ && !read_head(rest))) return std::nullopt;
  if (frame_.type == FrameType::data) return read_data(rest);
  std::string_view payload;
  if (!read_bytes(size_, rest, payload)) return std::nullopt;
  has_head_ = false;
  if (frame_.type == FrameType::headers && !strip_padding(payload)) return std::nullopt;
  frame_.payload = payload;
  return frame_;
}

bool Http2FrameReader::read_head(std::string_view& rest) {
  std::string_view head;
  if (!read_bytes(kHeadSize, rest, head)) return false;
  has_head_ = true;
  size_ = read_number(head, 3);
  if (size_ > kFirstFrameSize) {
    problem_ = "a frame is longer than allowed";
    return false;
  }
  frame_ = {.type = static_cast<FrameType>(head[3]),
            .flags = static_cast<std::uint8_t>(head[4]),
            .stream = read_number(head.substr(5), 4) & kLargest31,
            .payload = {}};
  padding_ = 0;
  padding_size_pending_ = frame_.type == FrameType::data && frame_.has(kPadded);
  return true;
}

bool Http2FrameReader::read_bytes(std::size_t size, std::string_view& rest, std::string_view& bytes) {
  if (partial_.empty() && rest.size() >= size) [[likely]] {
    bytes = rest.substr(0, size);
    rest.remove_prefix(size);
    return true;
  }
  const std::size_t count = std::min(size - partial_.size(), rest.size());
  partial_.append(rest.substr(0, count));
  rest.remove_prefix(count);
  if (partial_.size() < size) return false;
  reassembled_.swap(partial_);
  partial_.clear();
  bytes = reassembled_;
  return true;
}

std::optional<Http2Frame> Http2FrameReader::read_data(std::string_view& rest) {
  Http2Frame piece = frame_;
  if (padding_size_pending_) {
    if (size_ > 0 && rest.empty()) return std::nullopt;
    padding_ = size_ > 0 ? read_number(rest, 1) : 1;
    if (padding_ + 1 > size_) {
      problem_ = kTooMuchPadding;
      return std::nullopt;
    }
    rest.remove_prefix(1);
    size_ -= padding_ + 1;
    piece.flow = 1;
    padding_size_pending_ = false;
  }
  if (rest.empty() && size_ + padding_ > 0 && piece.flow == 0) return std::nullopt;
  const std::size_t count = std::min(size_, rest.size());
  piece.payload = rest.substr(0, count);
  const std::size_t padding = std::min(padding_, rest.size() - count);
  rest.remove_prefix(count + padding);
  size_ -= count;
  padding_ -= padding;
  piece.flow += count + padding;
  piece.is_last = size_ + padding_ == 0;
  has_head_ = !piece.is_last;
  return piece;
}

/// Takes padding and priority off the payload of HEADERS.
bool Http2FrameReader::strip_padding(std::string_view& payload) {
  std::size_t padding = 0;
  const bool has_size = frame_.has(kPadded) && !payload.empty();
  if (has_size) {
    padding = read_number(payload, 1);
    payload.remove_prefix(1);
  }
  const std::size_t priority = frame_.has(kPriority) ? kPrioritySize : 0;
  if (frame_.has(kPadded) != has_size || padding + priority > payload.size()) {
    problem_ = kTooMuchPadding;
    return false;
  }
  payload = payload.substr(priority, payload.size() - priority - padding);
  return true;
}

void append_frame_head(std::string& out, FrameType type, std::uint8_t flags, std::uint32_t stream,
                       std::size_t size) {
  const auto length = static_cast<std::uint32_t>(size);
  const char head[kHeadSize] = {byte_of(length, 16),     byte_of(length, 8),       byte_of(length, 0),
                                static_cast<char>(type), static_cast<char>(flags), byte_of(stream, 24),
                                byte_of(stream, 16),     byte_of(stream, 8),       byte_of(stream, 0)};
  out.append(head, kHeadSize);
}

void append_u32(std::string& out, std::uint32_t number) {
  const char bytes[] = {byte_of(number, 24), byte_of(number, 16), byte_of(number, 8), byte_of(number, 0)};
  out.append(bytes, sizeof(bytes));
}

std::uint32_t read_number(std::string_view bytes, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

}  // namespace iter8::load
