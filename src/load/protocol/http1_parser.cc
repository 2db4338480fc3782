#include "load/protocol/http1_parser.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "load/protocol/event_reader.h"
#include "load/protocol/response_validator.h"

namespace iter8::load {
namespace {

constexpr std::string_view kVersion = "HTTP/1.";
constexpr std::string_view kNotAStatusLine = "the response does not begin with an HTTP/1 status line";
constexpr std::uint64_t kLargestLength = std::uint64_t{1} << 62;

/// Bytes a field name may hold: token, RFC 9110 section 5.6.2.
constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

/// The bytes at the front of `text` that may stand in a field name.
std::string_view leading_token(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && kTokenBytes[static_cast<unsigned char>(text[size])]) ++size;
  return {text.data(), size};
}

bool is_text_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

/// Whether one of eight bytes is below 0x20 or equal to 0x7f, by the tests of "Bit Twiddling Hacks"
/// (Anderson).
bool contains_control(const char* eight_bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight_bytes, sizeof(bytes));
  const std::uint64_t not_deleted = bytes ^ (kOnes * 0x7f);
  const std::uint64_t found = ((bytes - kOnes * 0x20) & ~bytes) | ((not_deleted - kOnes) & ~not_deleted);
  return (found & (kOnes * 0x80)) != 0;
}

/// No control characters but the tab. Each byte is looked at only where eight at a time do not settle it.
bool is_field_text(std::string_view text) {
  bool is_clean = text.size() >= 8;
  for (std::size_t at = 0; is_clean && at < text.size(); at += 8) {
    is_clean = !contains_control(text.data() + std::min(at, text.size() - 8));
  }
  return is_clean || std::ranges::all_of(text, is_text_byte);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Equality without regard to case; `lower` is in lower case and has letters and hyphens only.
bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b); });
}

std::string_view trim_spaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

void Http1Parser::start(Body body, ResponseValidator* validator, EventReader* events) {
  state_ = State::reading;
  part_ = Part::status_line;
  if (body_ != body) cached_head_.bytes.clear();  // the equals_ignoring_case fields would mean something else
  body_ = body;
  started_ = false;
  keeps_alive_ = true;
  has_length_ = false;
  chunked_ = false;
  line_bytes_ = 0;
  cut_.clear();
  validator_ = validator;
  events_ = events;
}

bool Http1Parser::validates_fields() const {
  return validator_ != nullptr && validator_->wants_fields();
}

std::size_t Http1Parser::read(std::string_view bytes) {
  std::string_view rest = bytes;
  if (!started_ && !bytes.empty()) {
    started_ = true;
    if (!reuse_head(rest)) {
      while (in_head() && next_line(rest)) {
      }
      if (!in_head()) cache_head(bytes.substr(0, bytes.size() - rest.size()));
    }
  }
  while (state_ == State::reading && !rest.empty()) {
    if (part_ == Part::body || part_ == Part::body_to_end || part_ == Part::chunk_data) {
      read_body(rest);
    } else if (!next_line(rest)) {
      break;
    }
  }
  return bytes.size() - rest.size();
}

void Http1Parser::end_of_stream() {
  if (state_ != State::reading || part_ != Part::body_to_end) return;
  keeps_alive_ = false;
  state_ = State::complete;
}

/// Whether the response begins with the cached head; then the state that it led to is restored.
bool Http1Parser::reuse_head(std::string_view& rest) {
  if (cached_head_.bytes.empty() || validates_fields() || !rest.starts_with(cached_head_.bytes)) return false;
  rest.remove_prefix(cached_head_.bytes.size());
  state_ = cached_head_.state;
  part_ = cached_head_.part;
  status_ = cached_head_.status;
  keeps_alive_ = cached_head_.keeps_alive;
  remaining_ = cached_head_.remaining;
  return true;
}

void Http1Parser::cache_head(std::string_view bytes) {
  if (bytes.size() > kCachedHeadLimit || (events_ != nullptr && events_->problem())) return;
  cached_head_.bytes = bytes;
  cached_head_.state = state_;
  cached_head_.part = part_;
  cached_head_.status = status_;
  cached_head_.keeps_alive = keeps_alive_;
  cached_head_.remaining = remaining_;
}

/// Reads one line off `rest`; false when nothing more can be read now.
bool Http1Parser::next_line(std::string_view& rest) {
  std::string_view line;
  if (state_ != State::reading || rest.empty() || !extract_line(rest, line)) return false;
  parse_line(line);
  cut_.clear();
  return state_ == State::reading;
}

/// Takes one line off `rest`, without its CRLF; false when its end has not arrived or it is malformed.
bool Http1Parser::extract_line(std::string_view& rest, std::string_view& line) {
  const auto* end = static_cast<const char*>(std::memchr(rest.data(), '\n', rest.size()));
  const std::size_t size = end == nullptr ? rest.size() : static_cast<std::size_t>(end - rest.data()) + 1;
  line_bytes_ += size;
  if (!within_limit()) return false;
  line = rest.substr(0, size);
  rest.remove_prefix(size);
  if (end == nullptr || !cut_.empty()) {
    cut_.append(line);
    line = cut_;
  }
  // What is not HTTP may never send the end of a line: fail now, not at the timeout.
  if (part_ == Part::status_line && !kVersion.starts_with(line.substr(0, kVersion.size()))) {
    fail(kNotAStatusLine);
    return false;
  }
  if (end == nullptr) return false;
  if (!line.ends_with("\r\n")) {
    fail("a line ends without a carriage return");
    return false;
  }
  line.remove_suffix(2);
  return true;
}

bool Http1Parser::within_limit() {
  if (part_ == Part::chunk_end) {
    if (line_bytes_ > 2) fail("a chunk is longer than its size");
  } else if (part_ == Part::chunk_size) {
    if (line_bytes_ > kChunkLineLimit) fail("a chunk's size line is longer than 4 KiB");
  } else if (line_bytes_ > kFieldsLimit) {
    fail("the fields are longer than 64 KiB");
  }
  return state_ == State::reading;
}

void Http1Parser::parse_line(std::string_view line) {
  switch (part_) {
    case Part::status_line:
      return parse_status_line(line);
    case Part::fields:
      return line.empty() ? end_fields() : parse_field(line);
    case Part::trailers:
      if (!line.empty()) return parse_field(line);
      state_ = State::complete;
      return;
    case Part::chunk_end:
      if (!line.empty()) return fail("a chunk is longer than its size");
      part_ = Part::chunk_size;
      line_bytes_ = 0;
      return;
    default:
      return parse_chunk_size(line);
  }
}

// status-line = "HTTP/1." DIGIT SP 3DIGIT [ SP reason ]; the space before an empty reason is often missing.
void Http1Parser::parse_status_line(std::string_view line) {
  const bool has_shape = line.size() >= 12 && line.starts_with(kVersion) && is_digit(line[7]) &&
                         line[8] == ' ' && line[9] >= '1' && line[9] <= '9' && is_digit(line[10]) &&
                         is_digit(line[11]) && (line.size() == 12 || line[12] == ' ');
  if (!has_shape || !is_field_text(line)) return fail(kNotAStatusLine);
  is_http10_ = line[7] == '0';
  keeps_alive_ = !is_http10_;
  close_requested_ = false;
  status_ = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  part_ = Part::fields;
}

void Http1Parser::parse_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return fail("a field is folded over two lines");
  const std::string_view name = leading_token(line);
  if (name.size() == line.size()) return fail("a field has no colon");
  if (name.empty() || line[name.size()] != ':') return fail("a field has a bad name");
  const std::string_view value(line.data() + name.size() + 1, line.size() - name.size() - 1);
  if (!is_field_text(value)) return fail("a field's value holds a control character");
  if (part_ != Part::fields) return;  // in the trailers they mean nothing
  parse_known_field(name, value);
  if (events_ != nullptr && status_ >= 200 && equals_ignoring_case(name, "content-encoding") &&
      trim_spaces(value) != "identity")
    events_->refuse_encoding(status_);
  if (validates_fields() && status_ >= 200) validator_->field(name, trim_spaces(value));
}

void Http1Parser::parse_known_field(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "content-length")) return parse_length(trim_spaces(value));
  if (equals_ignoring_case(name, "connection")) return parse_connection(value);
  if (!equals_ignoring_case(name, "transfer-encoding")) return;
  if (is_http10_) return fail("an HTTP/1.0 response has a transfer coding");
  if (chunked_ || !equals_ignoring_case(trim_spaces(value), "chunked"))
    return fail("a transfer coding is not 'chunked'");
  chunked_ = true;
}

void Http1Parser::parse_length(std::string_view value) {
  std::uint64_t length = 0;
  bool is_valid = !value.empty();
  for (const char c : value) {
    is_valid = is_valid && is_digit(c) && length < kLargestLength / 10;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (!is_valid) return fail("Content-Length is not a number");
  if (has_length_ && length != length_) return fail("two different Content-Lengths");
  has_length_ = true;
  length_ = length;
}

void Http1Parser::parse_connection(std::string_view value) {
  while (true) {
    const std::size_t comma = value.find(',');
    const std::string_view option = trim_spaces(value.substr(0, comma));
    if (equals_ignoring_case(option, "close")) {
      close_requested_ = true;
      keeps_alive_ = false;
    } else if (!close_requested_ && equals_ignoring_case(option, "keep-alive")) {
      keeps_alive_ = true;
    }
    if (comma == std::string_view::npos) return;
    value.remove_prefix(comma + 1);
  }
}

/// Decides by RFC 9112 section 6.3 where the body ends.
void Http1Parser::end_fields() {
  if (chunked_ && has_length_) return fail("both Content-Length and Transfer-Encoding");
  if (status_ == 101) return fail("the response switches to a protocol that was not requested");
  if (status_ < 200) {
    // An interim response. Its bytes keep counting, so that an endless series of them reaches the limit.
    part_ = Part::status_line;
    has_length_ = false;
    chunked_ = false;
    return;
  }
  line_bytes_ = 0;
  remaining_ = length_;
  if (body_ == Body::none || status_ == 204 || status_ == 304 || (has_length_ && length_ == 0)) {
    part_ = Part::body;
    state_ = State::complete;
  } else if (chunked_) {
    part_ = Part::chunk_size;
  } else if (has_length_) {
    part_ = Part::body;
  } else {
    part_ = Part::body_to_end;
    keeps_alive_ = false;
  }
}

// chunk-size [ chunk-ext ]: hex digits, then nothing or an extension that begins with a semicolon.
void Http1Parser::parse_chunk_size(std::string_view line) {
  std::uint64_t size = 0;
  std::size_t digits = 0;
  for (; digits < line.size(); ++digits) {
    const char c = line[digits];
    const int lower = c | 0x20;
    if (!is_digit(c) && (lower < 'a' || lower > 'f')) break;
    if (size > kLargestLength / 16) return fail("a chunk's size is too large");
    size = size * 16 + static_cast<std::uint64_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
  }
  const std::string_view extension = trim_spaces(line.substr(digits));
  const bool is_valid =
      digits > 0 && (extension.empty() || extension.front() == ';') && is_field_text(extension);
  if (!is_valid) return fail("a chunk has a bad size line");
  line_bytes_ = 0;
  remaining_ = size;
  part_ = size == 0 ? Part::trailers : Part::chunk_data;
}

void Http1Parser::read_body(std::string_view& rest) {
  if (part_ == Part::body_to_end) {
    observe_body(rest);
    rest.remove_prefix(rest.size());
    return;
  }
  const std::uint64_t count = std::min<std::uint64_t>(remaining_, rest.size());
  observe_body(rest.substr(0, static_cast<std::size_t>(count)));
  rest.remove_prefix(static_cast<std::size_t>(count));
  remaining_ -= count;
  if (remaining_ > 0) return;
  if (part_ == Part::body) {
    state_ = State::complete;
  } else {
    observe_chunk_end();
    part_ = Part::chunk_end;
  }
}

void Http1Parser::observe_body(std::string_view bytes) const {
  if (validator_ != nullptr) [[unlikely]]
    validator_->body(bytes);
  if (events_ != nullptr) [[unlikely]]
    events_->body(status_, bytes);
}

void Http1Parser::observe_chunk_end() const {
  if (events_ != nullptr) [[unlikely]]
    events_->end_of_chunk(status_);
}

void Http1Parser::fail(std::string_view problem) {
  state_ = State::malformed;
  problem_ = problem;
}

}  // namespace iter8::load
