#include "load/stream/sse_parser.h"

#include <cstring>

namespace iter8::load {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The first CR or LF; npos when there is none.
std::size_t find_line_end(std::string_view bytes) {
  const auto* feed = static_cast<const char*>(std::memchr(bytes.data(), '\n', bytes.size()));
  const std::size_t limit = feed == nullptr ? bytes.size() : static_cast<std::size_t>(feed - bytes.data());
  const auto* carriage = static_cast<const char*>(std::memchr(bytes.data(), '\r', limit));
  if (carriage != nullptr) return static_cast<std::size_t>(carriage - bytes.data());
  return feed == nullptr ? std::string_view::npos : limit;
}

}  // namespace

void SseParser::start(std::size_t limit) {
  limit_ = limit;
  problem_ = Problem::none;
  is_first_line_ = true;
  skips_line_feed_ = false;
  cut_.clear();
  forget_event();
}

void SseParser::forget_event() {
  is_dispatched_ = has_data_ = false;
  data_.clear();
  type_.clear();
}

std::optional<SseParser::Event> SseParser::next(std::string_view& bytes) {
  if (is_dispatched_) forget_event();
  std::string_view line;
  while (problem_ == Problem::none && take_line(bytes, line)) {
    const bool is_dispatched = is_dispatched_by(line);
    cut_.clear();
    if (is_dispatched) return Event{.type = type_, .data = data_};
  }
  return std::nullopt;
}

/// Takes one line off `bytes`, without its end; false when its end has not arrived or it is too long.
bool SseParser::take_line(std::string_view& bytes, std::string_view& line) {
  if (skips_line_feed_ && !bytes.empty()) {
    if (bytes.front() == '\n') bytes.remove_prefix(1);
    skips_line_feed_ = false;
  }
  if (bytes.empty()) return false;
  const std::size_t end = find_line_end(bytes);
  line = bytes.substr(0, end);
  if (data_.size() + cut_.size() + line.size() > limit_) {
    problem_ = Problem::too_large;
    return false;
  }
  if (end == std::string_view::npos || !cut_.empty()) {
    cut_ += line;
    line = cut_;
  }
  if (end == std::string_view::npos) {
    bytes = {};
    return false;
  }
  skips_line_feed_ = bytes[end] == '\r';
  bytes.remove_prefix(end + 1);
  if (is_first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  is_first_line_ = false;
  return true;
}

/// Whether the line ends an event that has data.
bool SseParser::is_dispatched_by(std::string_view line) {
  if (!line.empty()) {
    read_field(line);
    return false;
  }
  if (!has_data_) forget_event();
  is_dispatched_ = has_data_;
  return has_data_;
}

void SseParser::read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (name == "event") {
    type_ = value;
  }
}

}  // namespace iter8::load
