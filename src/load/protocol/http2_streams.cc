#include "load/protocol/http2_streams.h"

#include <algorithm>
#include <bit>

namespace iter8::load {

Http2Streams::Http2Streams(std::size_t most) : all_(most), cells_(std::bit_ceil(4 * most)) {
  free_.reserve(most);
}

void Http2Streams::reset() {
  free_.clear();
  for (std::size_t place = all_.size(); place > 0; --place) {
    all_[place - 1].is_used = false;
    free_.push_back(static_cast<std::uint32_t>(place - 1));
  }
  size_ = 0;
}

Http2Stream& Http2Streams::begin(RequestId request_id) {
  Http2Stream& stream = all_[free_.back()];
  free_.pop_back();
  ++size_;
  stream.is_used = true;
  stream.id = 0;
  stream.request_id = request_id;
  stream.beginning = Http2Stream::Beginning::awaited;
  return stream;
}

void Http2Streams::name(Http2Stream& stream, std::uint32_t id) {
  stream.id = id;
  cell(id) = static_cast<std::uint32_t>(&stream - all_.data());
}

void Http2Streams::end(Http2Stream& stream) {
  stream.is_used = false;
  --size_;
  free_.push_back(static_cast<std::uint32_t>(&stream - all_.data()));
}

Http2Stream* Http2Streams::find(std::uint32_t id) {
  const auto matches = [id](const Http2Stream& stream) { return stream.is_used && stream.id == id; };
  Http2Stream& likely = all_[cell(id)];
  if (matches(likely)) [[likely]]
    return &likely;
  const auto found = std::ranges::find_if(all_, matches);
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace iter8::load
