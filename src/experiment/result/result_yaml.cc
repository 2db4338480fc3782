#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "experiment/result/result_document.h"

namespace iter8::experiment {

namespace {

constexpr std::size_t kFlowWidth = 220;  // a map or list of scalars up to this long is written on one line

/// Plain words that some YAML readers take for a boolean, null or a number.
constexpr std::array<std::string_view, 10> kReserved{"y",   "n",    "yes",   "no",   "on",
                                                     "off", "true", "false", "null", "nan"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_plain_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
}

/// Whether every YAML 1.1 and 1.2 reader takes the unquoted text as just that text, in block and in flow
/// style. A deliberately small set.
bool is_safe_plain(std::string_view text) {
  if (text.empty() || text.size() > 80 || !is_letter(text.front()) || text.back() == ' ') return false;
  const bool all_plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || is_plain_character(c); });
  return all_plain && std::find(kReserved.begin(), kReserved.end(), base::lower(text)) == kReserved.end();
}

/// Whether a YAML reader refuses a character, or takes it for a line break, when it stands as it is: DEL, the
/// C1 controls, the Unicode line separators, the byte order mark and the non-characters of the basic plane.
bool is_unprintable(char32_t c) {
  return (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

/// Quotes as JSON does, whose escapes are valid YAML.
std::string quote_scalar(const std::string& text) {
  const std::string json = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t begin = at;
    const char32_t character = base::next_character(json, at);
    if (is_unprintable(character))
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(character));
    else
      out.append(json, begin, at - begin);
  }
  return out;
}

std::string scalar_text(const std::string& text) {
  return is_safe_plain(text) ? text : quote_scalar(text);
}

/// YAML 1.1 requires a point in every real number: it reads 1e-05 as text.
std::string real_text(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find('.') != std::string::npos) return text;
  const std::size_t exponent = text.find('e');
  return text.insert(exponent == std::string::npos ? text.size() : exponent, ".0");
}

std::string scalar(const Json& value) {
  if (value.is_string()) return scalar_text(value.get_ref<const std::string&>());
  if (value.is_number_float()) return real_text(value.get<double>());
  return value.dump();
}

/// YAML reads no key of more than 1024 characters, unless a question mark says that it is one.
bool is_long_key(const std::string& text) {
  return text.size() > 1000;
}

bool is_flat(const Json& value) {
  return std::none_of(value.begin(), value.end(),
                      [](const Json& item) { return item.is_structured() && !item.empty(); });
}

std::string flow(const Json& value) {
  if (!value.is_structured()) return scalar(value);
  std::string text;
  for (auto item = value.begin(); item != value.end(); ++item) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) {
      const std::string key = scalar_text(item.key());
      text += is_long_key(key) ? "? " + key + " : " : key + ": ";
    }
    text += flow(*item);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

bool is_numbers(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(),
                                         [](const Json& item) { return item.is_number() || item.is_null(); });
}

/// The value on one line, if it fits or is a list of numbers, which is unreadable with one number per line;
/// otherwise empty.
std::string one_line(const Json& value) {
  if (!value.is_structured() || value.empty() || is_numbers(value)) return flow(value);
  if (!is_flat(value) || value.size() * 3 > kFlowWidth) return {};
  std::string text = flow(value);
  return text.size() <= kFlowWidth ? text : std::string();
}

void write_block(const Json& value, std::size_t indent, std::string& out);

void write_item(const Json& item, std::size_t indent, std::string& out) {
  const std::string short_form = one_line(item);
  if (!short_form.empty()) {
    out += short_form + "\n";
    return;
  }
  // The first key belongs on the line of the dash, so the indentation of the first line is dropped.
  std::string block;
  write_block(item, indent + 2, block);
  out += block.substr(indent + 2);
}

void write_block(const Json& value, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  for (auto item = value.begin(); item != value.end(); ++item) {
    if (value.is_array()) {
      out += margin + "- ";
      write_item(*item, indent, out);
      continue;
    }
    const std::string key = scalar_text(item.key());
    out += margin + (is_long_key(key) ? "? " + key + "\n" + margin + ":" : key + ":");
    const std::string short_form = one_line(*item);
    if (!short_form.empty()) {
      out += " " + short_form + "\n";
    } else {
      out += "\n";
      write_block(*item, item->is_array() ? indent : indent + 2, out);
    }
  }
}

}  // namespace

std::string to_yaml(const Json& document) {
  if (!document.is_structured() || document.empty()) return flow(document) + "\n";
  std::string out;
  write_block(document, 0, out);
  return out;
}

}  // namespace iter8::experiment
