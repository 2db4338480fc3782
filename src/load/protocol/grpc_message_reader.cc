#include "load/protocol/grpc_message_reader.h"

#include <fmt/format.h>

namespace iter8::load {

void GrpcMessageReader::begin(std::size_t limit, Contents contents) {
  limit_ = limit;
  contents_ = contents;
  encoding_ = GrpcEncoding::identity;
  prefix_size_ = 0;
  has_prefix_ = false;
  problem_.clear();
}

std::optional<GrpcMessage> GrpcMessageReader::next(std::string_view& rest) {
  if (!problem_.empty() || (!has_prefix_ && !read_prefix(rest))) return std::nullopt;
  const std::string_view piece = rest.substr(0, left_);
  rest.remove_prefix(piece.size());
  left_ -= piece.size();
  const bool is_whole = piece.size() == length_ && !is_compressed_;
  if (is_whole) {
    size_ = length_;
  } else {
    add(piece);
  }
  if (!problem_.empty() || left_ > 0) return std::nullopt;
  return finish_message(is_whole ? piece : std::string_view(kept_));
}

bool GrpcMessageReader::read_prefix(std::string_view& rest) {
  for (; prefix_size_ < kPrefix && !rest.empty(); rest.remove_prefix(1))
    prefix_[prefix_size_++] = static_cast<unsigned char>(rest.front());
  return prefix_size_ == kPrefix && begin_message();
}

/// False when there can be no such message.
bool GrpcMessageReader::begin_message() {
  constexpr unsigned kByte = 8;
  prefix_size_ = 0;
  length_ = 0;
  for (std::size_t i = 1; i < kPrefix; ++i) length_ = length_ << kByte | prefix_[i];
  is_compressed_ = prefix_[0] == 1;
  if (prefix_[0] > 1) {
    problem_ =
        fmt::format("a message begins with byte {}; expected 0, or 1 for a compressed one", prefix_[0]);
  } else if (is_compressed_ && encoding_ == GrpcEncoding::identity) {
    problem_ = "a message is compressed, although the response has no grpc-encoding";
  } else if (is_compressed_ && encoding_ == GrpcEncoding::unknown) {
    problem_ = "a message is compressed with something else than gzip or deflate";
  } else if (length_ > limit_) {
    problem_ = fmt::format("a message of {} bytes is larger than the limit of {}", length_, limit_);
  }
  if (!problem_.empty()) return false;
  has_prefix_ = true;
  left_ = length_;
  size_ = 0;
  kept_.clear();
  if (is_compressed_) inflater_.reset();
  return true;
}

void GrpcMessageReader::add(std::string_view piece) {
  if (!is_compressed_) {
    size_ += piece.size();
    if (contents_ == Contents::keep) kept_ += piece;
    return;
  }
  const bool is_sound =
      inflater_.feed(piece, [this](std::string_view unpacked) { add_decompressed(unpacked); });
  if (!is_sound) problem_ = "a message cannot be decompressed";
  if (inflater_.has_excess()) problem_ = "bytes follow the compressed data of a message";
  if (size_ > limit_)
    problem_ =
        fmt::format("a message of {} bytes decompresses to more than the limit of {}", length_, limit_);
}

void GrpcMessageReader::add_decompressed(std::string_view piece) {
  size_ += piece.size();
  if (contents_ == Contents::keep && size_ <= limit_) kept_ += piece;
}

std::optional<GrpcMessage> GrpcMessageReader::finish_message(std::string_view whole) {
  if (is_compressed_ && !inflater_.is_complete()) {
    problem_ = "a message ends before its compressed data do";
    return std::nullopt;
  }
  has_prefix_ = false;
  return GrpcMessage{.size = size_, .bytes = contents_ == Contents::keep ? whole : std::string_view()};
}

}  // namespace iter8::load
