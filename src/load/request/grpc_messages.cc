#include "load/request/grpc_messages.h"

#include "base/compression.h"

namespace iter8::load {
namespace {

/// A longer stream of messages is sent piece by piece, which keeps memory flat.
constexpr std::size_t kLongestFixedBody = std::size_t{1} << 20;
constexpr std::size_t kFramePrefix =
    5;  // a byte that says whether a message is compressed, its length in four
constexpr unsigned kBitsOfByte = 8;

}  // namespace

void append_grpc_message(std::string& out, std::string_view message, GrpcCompression compression) {
  std::string packed;
  if (compression == GrpcCompression::gzip) packed = base::gzip(message);
  const std::string_view bytes = compression == GrpcCompression::gzip ? packed : message;
  out += static_cast<char>(compression == GrpcCompression::gzip ? 1 : 0);
  for (std::size_t i = 4; i > 0; --i) out += static_cast<char>(bytes.size() >> (kBitsOfByte * (i - 1)));
  out += bytes;
}

std::optional<FramedMessage> first_framed_message(std::string_view bytes) {
  constexpr std::size_t kNumber = 4;
  if (bytes.size() < kFramePrefix) return std::nullopt;
  const auto byte_at = [&](std::size_t place) {
    return std::size_t{static_cast<unsigned char>(bytes[place])};
  };
  std::size_t length = 0;
  for (std::size_t i = 1; i < kFramePrefix; ++i) length = length << kBitsOfByte | byte_at(i);
  const std::size_t framed = kFramePrefix + length;
  if (bytes.size() < framed) return std::nullopt;
  const bool is_packed = bytes.front() == 1 && length >= kNumber;
  if (!is_packed) return FramedMessage{.framed = framed, .size = length};
  std::size_t size = 0;  // the last thing in a gzip stream: RFC 1952, section 2.3.1
  for (std::size_t i = 1; i <= kNumber; ++i) size = size << kBitsOfByte | byte_at(framed - i);
  return FramedMessage{.framed = framed, .size = size};
}

GrpcMessages::GrpcMessages(const GrpcCall& call, const Rows* rows)
    : call_(call), compression_(call.gzip ? GrpcCompression::gzip : GrpcCompression::off) {
  call_.messages.clear();
  for (const std::string& message : call.messages) {
    if (call.encoder) {
      texts_.emplace_back(message, rows, RequestTemplate::Escape::json);
      continue;
    }
    append_grpc_message(framed_.emplace_back(), message, compression_);
  }
  const std::int64_t count = count_of_call();
  const bool differs = call.encoder || (!call.client_streams && framed_.size() > 1);
  if (differs || framed_.empty() || count == kUnlimited) return;
  if (count > 1 && call.stream_interval > base::Duration{0}) return;
  for (std::int64_t i = 0; i < count; ++i) {
    fixed_body_ += framed_[static_cast<std::size_t>(i) % framed_.size()];
    if (count == 1 || fixed_body_.size() <= kLongestFixedBody) continue;
    fixed_body_ = {};
    return;
  }
}

std::int64_t GrpcMessages::count_of_call() const {
  const auto count = static_cast<std::int64_t>(framed_.size() + texts_.size());
  if (!call_.client_streams) return 1;
  if (count == 0) return 0;
  if (call_.stream_count) return *call_.stream_count;
  const bool repeats = call_.stream_duration && call_.stream_interval > base::Duration{0};
  return repeats ? kUnlimited : count;
}

/// Which of the list: all in turn in a stream, else the one whose turn it is.
std::size_t GrpcMessages::index_of(std::int64_t place, const Draw& draw) const {
  const std::size_t count = framed_.size() + texts_.size();
  const std::uint64_t turn = call_.client_streams ? static_cast<std::uint64_t>(place) : draw.number;
  return static_cast<std::size_t>(turn % count);
}

void GrpcMessages::append_to(std::string& out, std::int64_t place, const Draw& draw) const {
  const std::size_t index = index_of(place, draw);
  if (!call_.encoder) {
    out += framed_[index];
    return;
  }
  std::string text;
  texts_[index].append_to(text, draw);
  std::string message;
  call_.encoder(text, message);
  append_grpc_message(out, message, compression_);
}

}  // namespace iter8::load
