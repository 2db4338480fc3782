#include "load/json_path.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/json_depth.h"
#include "base/number.h"
#include "base/text.h"
#include "base/unescape.h"

namespace iter8::load {
namespace {

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word_character(char c) {
  return is_decimal_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/// Bytes of a string that have to be looked at: the quote, the backslash and what may not stand there.
constexpr std::array<bool, 256> kRunEnds = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

bool ends_run(char c) {
  return kRunEnds[static_cast<unsigned char>(c)];
}

/// The first of these bytes; the end when there is none. Eight at a time, by the tests of "Bit Twiddling
/// Hacks" (Anderson): what they find lowest is exact, as only higher bytes get a borrow.
const char* end_of_run(const char* at, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::ptrdiff_t kBytes = sizeof kOnes;
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - at >= kBytes; at += kBytes) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, at, sizeof bytes);
      const std::uint64_t no_quote = bytes ^ (kOnes * '"');
      const std::uint64_t no_backslash = bytes ^ (kOnes * '\\');
      const std::uint64_t found = (((bytes - kOnes * 0x20) & ~bytes) | ((no_quote - kOnes) & ~no_quote) |
                                   ((no_backslash - kOnes) & ~no_backslash)) &
                                  (kOnes * 0x80);
      if (found != 0) return at + std::countr_zero(found) / 8;
    }
  }
  return std::find_if(at, end, ends_run);
}

bool is_hex_digit(char c) {
  return is_decimal_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The content of a JSON string, given without its quotes.
std::string unescaped(std::string_view content) {
  return base::unescape(content, base::Escaping::json).text;
}

}  // namespace

/// Reads one JSON text, and notes the value at the path. By pointers, because this is most of the work that
/// an event costs.
class JsonPath::Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  /// Whether the whole text is JSON.
  bool scan(std::span<const Step> steps) {
    if (!read_value(&steps, 0)) return false;
    skip_spaces();
    return at_ == end_;
  }
  const JsonValue& found() const { return found_; }

 private:
  using Steps = const std::span<const Step>*;  // what is left of the path; null beside it

  void skip_spaces() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take_after_spaces(char c) {
    skip_spaces();
    return take(c);
  }
  std::string_view text_since(const char* from) const { return {from, static_cast<std::size_t>(at_ - from)}; }

  bool read_value(Steps steps, std::size_t depth) {
    skip_spaces();
    const char* const from = at_;
    JsonValue value;
    if (!read_any(value.kind, steps, depth)) return false;
    if (steps == nullptr || !steps->empty()) return true;
    value.bytes = text_since(from);
    found_ = value;
    return true;
  }

  bool read_any(JsonValue::Kind& kind, Steps steps, std::size_t depth) {
    if (at_ == end_ || depth > base::kDeepestJson) return false;
    switch (*at_) {
      case '{':
        kind = JsonValue::Kind::object;
        return read_object(steps, depth);
      case '[':
        kind = JsonValue::Kind::array;
        return read_array(steps, depth);
      case '"':
        kind = JsonValue::Kind::string;
        return read_string();
      case 't':
        kind = JsonValue::Kind::boolean;
        return read_word("true");
      case 'f':
        kind = JsonValue::Kind::boolean;
        return read_word("false");
      case 'n':
        kind = JsonValue::Kind::null;
        return read_word("null");
      default:
        kind = JsonValue::Kind::number;
        return read_number();
    }
  }

  bool read_object(Steps steps, std::size_t depth) {
    ++at_;
    if (take_after_spaces('}')) return true;
    do {
      skip_spaces();
      const char* const from = at_ + 1;
      if (!read_string()) return false;
      const std::string_view key(from, static_cast<std::size_t>(at_ - from) - 1);
      if (!take_after_spaces(':')) return false;
      const bool leads_on = steps != nullptr && !steps->empty() && is_key(steps->front(), key);
      if (leads_on) found_ = {};
      if (!read_member(leads_on ? steps : nullptr, depth)) return false;
    } while (take_after_spaces(','));
    return take('}');
  }

  bool read_array(Steps steps, std::size_t depth) {
    ++at_;
    if (take_after_spaces(']')) return true;
    std::size_t index = 0;
    do {
      const bool leads_on = steps != nullptr && !steps->empty() && steps->front().index == index;
      if (!read_member(leads_on ? steps : nullptr, depth)) return false;
      ++index;
    } while (take_after_spaces(','));
    return take(']');
  }

  bool read_member(Steps steps, std::size_t depth) {
    if (steps == nullptr) return read_value(nullptr, depth + 1);
    const std::span<const Step> next = steps->subspan(1);
    return read_value(&next, depth + 1);
  }

  static bool is_key(const Step& step, std::string_view key) {
    if (step.index) return false;
    const bool is_plain = key.empty() || std::memchr(key.data(), '\\', key.size()) == nullptr;
    return is_plain ? key == step.key : unescaped(key) == step.key;
  }

  bool read_string() {
    if (!take('"')) return false;
    while (true) {
      at_ = end_of_run(at_, end_);
      if (at_ == end_ || static_cast<unsigned char>(*at_) < 0x20) return false;
      const bool is_over = *at_++ == '"';
      if (is_over) return true;
      if (!read_escape()) return false;
    }
  }

  bool read_escape() {
    if (at_ == end_) return false;
    const char c = *at_++;
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    constexpr std::ptrdiff_t kDigits = 4;
    if (end_ - at_ < kDigits || !std::all_of(at_, at_ + kDigits, is_hex_digit)) return false;
    at_ += kDigits;
    return true;
  }

  bool read_word(std::string_view word) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool read_digits() {
    if (at_ == end_ || !is_decimal_digit(*at_)) return false;
    while (at_ != end_ && is_decimal_digit(*at_)) ++at_;
    return true;
  }

  bool read_number() {
    take('-');
    if (!take('0') && !read_digits()) return false;
    if (take('.') && !read_digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return read_digits();
  }

  const char* at_;
  const char* end_;
  JsonValue found_;
};

void JsonValue::append_text(std::string& out) const {
  if (kind != Kind::string) {
    out += bytes;
    return;
  }
  const std::string_view content = bytes.substr(1, bytes.size() - 2);
  if (content.find('\\') == std::string_view::npos) [[likely]]
    out += content;
  else
    out += unescaped(content);
}

std::string JsonValue::text() const {
  std::string text;
  append_text(text);
  return text;
}

std::optional<double> JsonValue::number() const {
  if (kind != Kind::number && kind != Kind::string) return std::nullopt;
  return base::parse_number(kind == Kind::number ? bytes : bytes.substr(1, bytes.size() - 2));
}

bool JsonValue::has_content() const {
  return kind != Kind::absent && kind != Kind::null && bytes != "\"\"";
}

std::optional<JsonPath> JsonPath::parse(std::string_view text, std::string& problem) {
  JsonPath path;
  path.text_ = base::trim(text);
  std::string_view rest = path.text_;
  bool is_sound = rest.starts_with('.') || rest.starts_with('[');
  if (rest == ".") rest = {};
  while (is_sound && !rest.empty()) {
    Step step;
    if (rest.starts_with(".[")) rest.remove_prefix(1);
    if (rest.front() == '[') {
      is_sound = parse_bracket(rest, step);
    } else {
      is_sound = rest.front() == '.';
      rest.remove_prefix(1);
      const auto end = std::ranges::find_if_not(rest, is_word_character);
      step.key = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
      rest.remove_prefix(step.key.size());
      is_sound = is_sound && !step.key.empty();
    }
    path.steps_.push_back(std::move(step));
  }
  is_sound = is_sound && path.steps_.size() <= base::kDeepestJson;
  if (is_sound) return path;
  problem = "expected a path of keys and indices such as .items[0].id, found '" + base::printable(text) + "'";
  return std::nullopt;
}

/// "[0]" or "["a key"]".
bool JsonPath::parse_bracket(std::string_view& rest, Step& step) {
  constexpr std::size_t kMostDigits = 9;
  rest.remove_prefix(1);
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find("\"]", 1);
    if (end == std::string_view::npos) return false;
    step.key = unescaped(rest.substr(1, end - 1));
    rest.remove_prefix(end + 2);
    return true;
  }
  const std::size_t end = rest.find(']');
  if (end == std::string_view::npos || end > kMostDigits) return false;
  const auto index = base::parse_integer(rest.substr(0, end));
  if (!index || *index < 0) return false;
  step.index = static_cast<std::size_t>(*index);
  rest.remove_prefix(end + 1);
  return true;
}

std::optional<JsonValue> JsonPath::find(std::string_view json) const {
  Scanner scanner(json);
  if (!scanner.scan(steps_)) return std::nullopt;
  return scanner.found();
}

}  // namespace iter8::load
