#include "load/protocol/event_reader.h"

#include <cstring>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::load {
namespace {

constexpr std::size_t kShownBytes = 200;

/// Servers report an error in the middle of a stream under this key.
const JsonPath& error_path() {
  static const JsonPath path = [] {
    std::string problem;
    return *JsonPath::parse(".error", problem);
  }();
  return path;
}

/// The last key of a path, as far as it is a plain word; empty where it is not, or an index.
std::string last_word(const std::string& path) {
  constexpr std::string_view kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const std::size_t before = path.find_last_not_of(kWord);
  return before == std::string::npos ? std::string() : path.substr(before + 1);
}

/// Anything but nothing, and not false.
bool is_set(const std::optional<JsonValue>& value) {
  return value && value->has_content() && value->bytes != "false";
}

std::int64_t count_of(const std::optional<JsonValue>& value) {
  constexpr double kMost = 1e15;
  const auto number = value ? value->number() : std::nullopt;
  return number && *number >= 0 && *number <= kMost ? static_cast<std::int64_t>(*number) : 0;
}

}  // namespace

EventReader::EventReader(const ResponseStream& stream, const StatusSet& error_statuses)
    : stream_(stream), error_statuses_(error_statuses) {
  const auto rare = [](const JsonPath& path) {
    return RarePath{.path = &path, .key = last_word(path.text())};
  };
  error_ = rare(error_path());
  if (stream.tokens) tokens_ = rare(*stream.tokens);
  if (stream.done_path) done_ = rare(*stream.done_path);
}

void EventReader::begin() {
  events_.start(stream_.event_limit);
  lines_.start(stream_.event_limit);
  chunk_.clear();
  chunk_bytes_ = 0;
  parts_.clear();
  count_ = 0;
  has_ended_ = false;
  problem_.reset();
}

bool EventReader::is_read(int status) const {
  return !problem_ && !error_statuses_[static_cast<std::size_t>(status)];
}

void EventReader::refuse_encoding(int status) {
  if (!is_read(status)) return;
  fail(ErrorClass::malformed,
       "the response is compressed, so that its events cannot be timed: requests must not accept that "
       "(Accept-Encoding)");
}

void EventReader::body(int status, std::string_view bytes) {
  if (!is_read(status)) return;
  switch (stream_.format) {
    case StreamFormat::sse:
      return read_events(bytes);
    case StreamFormat::ndjson:
      return read_lines(bytes);
    case StreamFormat::chunks:
      return keep_chunk(bytes);
  }
}

void EventReader::read_events(std::string_view bytes) {
  while (!problem_) {
    const auto event = events_.next(bytes);
    if (events_.problem() == SseParser::Problem::too_large) return fail_as_too_large();
    if (!event) return;
    add_event(event->type, event->data);
  }
}

void EventReader::read_lines(std::string_view bytes) {
  while (!problem_) {
    const auto line = lines_.next(bytes);
    if (lines_.is_too_large()) return fail_as_too_large();
    if (!line) return;
    add_event({}, *line);
  }
}

void EventReader::keep_chunk(std::string_view bytes) {
  chunk_bytes_ += bytes.size();
  if (chunk_bytes_ > stream_.event_limit) return fail_as_too_large();
  if (stream_.reads_json() || stream_.has_end()) chunk_ += bytes;
}

void EventReader::end_of_chunk(int status) {
  if (stream_.format != StreamFormat::chunks || chunk_bytes_ == 0 || !is_read(status)) return;
  if (stream_.reads_json() || stream_.has_end()) {
    add_event({}, chunk_);
  } else {
    parts_.push_back({.bytes = chunk_bytes_});
    ++count_;
  }
  chunk_.clear();
  chunk_bytes_ = 0;
}

void EventReader::end(int status) {
  if (stream_.format == StreamFormat::chunks) end_of_chunk(status);
  if (!is_read(status)) return;
  if (stream_.format == StreamFormat::ndjson)
    if (const auto line = lines_.last()) add_event({}, *line);
  if (!problem_ && stream_.has_end() && !has_ended_)
    fail(ErrorClass::unfinished, "the response ended " + progress_text());
}

void EventReader::add_event(std::string_view type, std::string_view data) {
  const bool is_end = !stream_.done_text.empty() && (data == stream_.done_text || type == stream_.done_text);
  if (is_end) {
    has_ended_ = true;
    return;
  }
  if (type == "error")
    return fail(ErrorClass::error_event, "an error event: " + base::printable(data, kShownBytes));
  Part part{.bytes = data.size(), .has_content = !data.empty()};
  // A sign of life may have empty data.
  if (stream_.reads_json() && !data.empty() && !read_json(data, part)) return;
  parts_.push_back(part);
  ++count_;
}

/// False when the response fails.
bool EventReader::read_json(std::string_view data, Part& part) {
  const JsonPath* main = stream_.content ? &*stream_.content : stream_.tokens ? &*stream_.tokens : nullptr;
  const auto found = (main != nullptr ? *main : *stream_.done_path).find(data);
  if (!found) return fail_as_not_json(data);
  if (stream_.content) part.has_content = is_set(found);
  const bool adds_content = stream_.content && part.has_content;
  if (!adds_content && error_.may_be_in(data)) {
    const auto error = error_.path->find(data);
    if (is_set(error)) {
      fail(ErrorClass::error_event, "an event with an error: " + base::printable(error->bytes, kShownBytes));
      return false;
    }
  }
  if (tokens_.may_be_in(data)) part.output_tokens = count_of(tokens_.path->find(data));
  if (done_.may_be_in(data) && is_set(done_.path->find(data))) has_ended_ = true;
  return true;
}

bool EventReader::fail_as_not_json(std::string_view data) {
  fail(ErrorClass::not_json,
       fmt::format("event {} is not JSON: {}", count_ + 1, base::printable(data, kShownBytes)));
  return false;
}

/// A key may also be written with escapes.
bool EventReader::RarePath::may_be_in(std::string_view data) const {
  if (path == nullptr) return false;
  if (key.empty() || memmem(data.data(), data.size(), key.data(), key.size()) != nullptr) return true;
  return data.find('\\') != std::string_view::npos && data.find("\\u") != std::string_view::npos;
}

void EventReader::fail(ErrorClass error, std::string why) {
  problem_ = {.error = error, .why = std::move(why)};
}

void EventReader::fail_as_too_large() {
  fail(ErrorClass::event_too_large,
       fmt::format("event {} is larger than {} bytes (stream.eventLimit)", count_ + 1, stream_.event_limit));
}

std::string EventReader::progress_text() const {
  std::string text = fmt::format("after {} event{}", count_, count_ == 1 ? "" : "s");
  if (!stream_.done_text.empty()) text += fmt::format(", without '{}'", base::printable(stream_.done_text));
  if (stream_.done_path) text += ", before the one that ends the stream";
  return text;
}

}  // namespace iter8::load
