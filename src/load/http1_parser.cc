#include "load/http1_parser.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace iter8::load {
namespace {

constexpr std::string_view kVersion = "HTTP/1.";
constexpr std::string_view kNoStatusLine = "the answer does not begin with an HTTP/1 status line";
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

bool is_token(std::string_view text) {
  bool good = !text.empty();
  for (const char c : text) good &= kTokenBytes[static_cast<unsigned char>(c)];
  return good;
}

/// No control characters but the tab. A sum instead of an early exit, so that the compiler can vectorise it.
bool is_field_text(std::string_view text) {
  unsigned bad = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    bad += static_cast<unsigned>(byte < 0x20 && byte != '\t') + static_cast<unsigned>(byte == 0x7f);
  }
  return bad == 0;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Equality without regard to case; `lower` is in lower case and has letters and hyphens only.
bool same(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

void Http1Parser::start(Body body) {
  state_ = State::reading;
  part_ = Part::status_line;
  body_ = body;
  started_ = false;
  keeps_alive_ = true;
  has_length_ = false;
  chunked_ = false;
  line_bytes_ = 0;
  cut_.clear();
}

std::size_t Http1Parser::read(std::string_view bytes) {
  std::string_view rest = bytes;
  started_ |= !bytes.empty();
  while (state_ == State::reading && !rest.empty()) {
    if (part_ == Part::body || part_ == Part::body_to_end || part_ == Part::chunk_data) {
      skip_body(rest);
      continue;
    }
    std::string_view line;
    if (!take_line(rest, line)) break;
    read_line(line);
    cut_.clear();
  }
  return bytes.size() - rest.size();
}

void Http1Parser::end_of_stream() {
  if (state_ != State::reading || part_ != Part::body_to_end) return;
  keeps_alive_ = false;
  state_ = State::complete;
}

/// Takes one line off `rest`, without its CRLF; false when its end has not arrived or it is no proper line.
bool Http1Parser::take_line(std::string_view& rest, std::string_view& line) {
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
  // What is not HTTP may never send a line's end: say so now, not when the time is over.
  if (part_ == Part::status_line && !kVersion.starts_with(line.substr(0, kVersion.size()))) {
    fail(kNoStatusLine);
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

void Http1Parser::read_line(std::string_view line) {
  switch (part_) {
    case Part::status_line:
      return read_status_line(line);
    case Part::fields:
      return line.empty() ? end_fields() : read_field(line);
    case Part::trailers:
      if (!line.empty()) return read_field(line);
      state_ = State::complete;
      return;
    case Part::chunk_end:
      if (!line.empty()) return fail("a chunk is longer than its size");
      part_ = Part::chunk_size;
      line_bytes_ = 0;
      return;
    default:
      return read_chunk_size(line);
  }
}

// status-line = "HTTP/1." DIGIT SP 3DIGIT [ SP reason ]; the space before an empty reason is often missing.
void Http1Parser::read_status_line(std::string_view line) {
  const bool shaped = line.size() >= 12 && line.starts_with(kVersion) && is_digit(line[7]) &&
                      line[8] == ' ' && line[9] >= '1' && line[9] <= '9' && is_digit(line[10]) &&
                      is_digit(line[11]) && (line.size() == 12 || line[12] == ' ');
  if (!shaped || !is_field_text(line)) return fail(kNoStatusLine);
  is_http10_ = line[7] == '0';
  keeps_alive_ = !is_http10_;
  says_close_ = false;
  status_ = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  part_ = Part::fields;
}

void Http1Parser::read_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') return fail("a field is folded over two lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return fail("a field has no colon");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = line.substr(colon + 1);
  if (!is_token(name)) return fail("a field has a bad name");
  if (!is_field_text(value)) return fail("a field's value holds a control character");
  if (part_ == Part::fields) read_known_field(name, value);  // in the trailers they mean nothing
}

void Http1Parser::read_known_field(std::string_view name, std::string_view value) {
  if (same(name, "content-length")) return read_length(trimmed(value));
  if (same(name, "connection")) return read_connection(value);
  if (!same(name, "transfer-encoding")) return;
  if (is_http10_) return fail("an HTTP/1.0 answer has a transfer coding");
  if (chunked_ || !same(trimmed(value), "chunked")) return fail("a transfer coding is not 'chunked'");
  chunked_ = true;
}

void Http1Parser::read_length(std::string_view value) {
  std::uint64_t length = 0;
  bool good = !value.empty();
  for (const char c : value) {
    good = good && is_digit(c) && length < kLargestLength / 10;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (!good) return fail("Content-Length is not a number");
  if (has_length_ && length != length_) return fail("two different Content-Lengths");
  has_length_ = true;
  length_ = length;
}

void Http1Parser::read_connection(std::string_view value) {
  while (true) {
    const std::size_t comma = value.find(',');
    const std::string_view option = trimmed(value.substr(0, comma));
    if (same(option, "close")) {
      says_close_ = true;
      keeps_alive_ = false;
    } else if (!says_close_ && same(option, "keep-alive")) {
      keeps_alive_ = true;
    }
    if (comma == std::string_view::npos) return;
    value.remove_prefix(comma + 1);
  }
}

/// Decides by RFC 9112 section 6.3 where the body ends.
void Http1Parser::end_fields() {
  if (chunked_ && has_length_) return fail("both Content-Length and Transfer-Encoding");
  if (status_ == 101) return fail("the answer switches to a protocol nobody asked for");
  if (status_ <
      200) {  // an interim answer; its bytes keep counting, so an endless row of them hits the limit
    part_ = Part::status_line;
    has_length_ = false;
    chunked_ = false;
    return;
  }
  line_bytes_ = 0;
  if (body_ == Body::none || status_ == 204 || status_ == 304) {
    state_ = State::complete;
  } else if (chunked_) {
    part_ = Part::chunk_size;
  } else if (!has_length_) {
    part_ = Part::body_to_end;
    keeps_alive_ = false;
  } else if (length_ == 0) {
    state_ = State::complete;
  } else {
    part_ = Part::body;
    remaining_ = length_;
  }
}

// chunk-size [ chunk-ext ]: hex digits, then nothing or an extension that begins with a semicolon.
void Http1Parser::read_chunk_size(std::string_view line) {
  std::uint64_t size = 0;
  std::size_t digits = 0;
  for (; digits < line.size(); ++digits) {
    const char c = line[digits];
    const int lower = c | 0x20;
    if (!is_digit(c) && (lower < 'a' || lower > 'f')) break;
    if (size > kLargestLength / 16) return fail("a chunk's size is too large");
    size = size * 16 + static_cast<std::uint64_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
  }
  const std::string_view extension = trimmed(line.substr(digits));
  const bool good = digits > 0 && (extension.empty() || extension.front() == ';') && is_field_text(extension);
  if (!good) return fail("a chunk has a bad size line");
  line_bytes_ = 0;
  remaining_ = size;
  part_ = size == 0 ? Part::trailers : Part::chunk_data;
}

void Http1Parser::skip_body(std::string_view& rest) {
  if (part_ == Part::body_to_end) {
    rest.remove_prefix(rest.size());
    return;
  }
  const std::uint64_t count = std::min<std::uint64_t>(remaining_, rest.size());
  rest.remove_prefix(static_cast<std::size_t>(count));
  remaining_ -= count;
  if (remaining_ > 0) return;
  if (part_ == Part::body) {
    state_ = State::complete;
  } else {
    part_ = Part::chunk_end;
  }
}

void Http1Parser::fail(std::string_view problem) {
  state_ = State::malformed;
  problem_ = problem;
}

}  // namespace iter8::load
