#include "base/secret_forms.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/text.h"
#include "base/unescape.h"

namespace iter8::base {

namespace {

/// Longer values are certificates and the like, which nobody sends in hexadecimal.
constexpr std::size_t kLongestEncoded = 64 * 1024;
constexpr std::size_t kShortestToken = 8;

std::string json_escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c == '"' || c == '\\')
      text += '\\', text += c;
    else if (c == '\n')
      text += "\\n";
    else if (c == '\t')
      text += "\\t";
    else if (c == '\r')
      text += "\\r";
    else
      text += c;
  }
  return text;
}

/// The characters of base64 that a value alone determines when it begins `offset` bytes into a group of
/// three: those next to it hold bits of its neighbours. It begins at the third or fourth character of a group
/// when the offset is not 0; what is cut at a group has the rest.
std::string base64_core(std::string_view value, std::size_t offset) {
  const std::string encoded = base64(std::string(offset, 'x') + std::string(value));
  constexpr std::size_t bits = 6;
  const std::size_t begin = (8 * offset + bits - 1) / bits;
  const std::size_t end = 8 * (offset + value.size()) / bits;
  return encoded.substr(begin, end - begin);
}

std::string url_safe(std::string text) {
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

/// In both alphabets.
void add_base64(const std::string& encoded, std::vector<std::string>& forms) {
  std::string safe = url_safe(encoded);
  if (safe != encoded) forms.push_back(std::move(safe));
  forms.push_back(encoded);
}

void add_hexadecimal(std::string_view value, std::vector<std::string>& forms) {
  std::string small;
  std::string capital;
  for (const char c : value) {
    small += fmt::format("{:02x}", static_cast<std::uint8_t>(c));
    capital += fmt::format("{:02X}", static_cast<std::uint8_t>(c));
  }
  forms.push_back(small);
  if (capital != small) forms.push_back(std::move(capital));
}

bool ends_user_info(char c) {
  return static_cast<unsigned char>(c) <= ' ' ||
         std::string_view("/?#\"'<>\\").find(c) != std::string_view::npos;
}

std::string percent_decoded(std::string_view text) {
  return unescape(text, Escaping::percent).text;
}

void add_user_info(std::string_view scheme, std::string_view user_info, std::vector<std::string>& found) {
  const std::size_t colon = user_info.find(':');
  constexpr std::size_t longest = 5;
  const std::string end = lower(scheme.substr(scheme.size() - std::min(scheme.size(), longest)));
  const bool is_of_web = end.ends_with("http") || end == "https";
  if (colon == std::string_view::npos) {
    if (is_of_web && user_info.size() >= kShortestToken) found.push_back(percent_decoded(user_info));
    return;
  }
  if (colon + 1 == user_info.size()) {  // "https://TOKEN:@host"
    if (is_of_web && colon >= kShortestToken) found.push_back(percent_decoded(user_info.substr(0, colon)));
    return;
  }
  found.push_back(percent_decoded(user_info));
  found.push_back(percent_decoded(user_info.substr(colon + 1)));
}

}  // namespace

std::vector<std::string> forms_to_find(std::string_view value) {
  std::vector<std::string> forms = {std::string(value)};
  if (value.find('\'') != std::string_view::npos) {
    forms.push_back(replace_all(std::string(value), "'", "'\\''"));
    forms.push_back(replace_all(std::string(value), "'", "''"));
  }
  if (value.size() < kShortestEncoded || value.size() > kLongestEncoded) return forms;
  add_hexadecimal(value, forms);
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string core = base64_core(value, offset);
    add_base64(core, forms);
    if (offset > 0) add_base64(core.substr(offset == 1 ? 2 : 1), forms);
  }
  return forms;
}

std::vector<std::string> forms_to_tell(std::string_view value) {
  return {percent_encoded(value), json_escaped(value)};
}

std::vector<std::string> user_infos_in(std::string_view text) {
  constexpr std::string_view mark = "://";
  std::vector<std::string> found;
  for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    std::size_t end = begin;
    while (end < text.size() && !ends_user_info(text[end])) ++end;
    const std::size_t sign = text.substr(0, end).rfind('@');
    const std::string_view user_info = sign > begin && sign < end ? text.substr(begin, sign - begin) : "";
    const bool is_written =
        user_info.find("${") == std::string_view::npos && user_info.find("{{") == std::string_view::npos;
    if (!user_info.empty() && is_written) add_user_info(text.substr(0, at), user_info, found);
  }
  return found;
}

std::vector<std::string> texts_of_object(std::string_view json) {
  std::vector<std::string> texts;
  if (!trim(json).starts_with('{')) return texts;
  bool is_value = false;  // behind a colon
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c != '"') {
      if (c == ':') is_value = true;
      if (c == ',' || c == '{') is_value = false;
      continue;
    }
    const std::size_t begin = ++at;
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2U : 1U;
    if (at >= json.size()) break;
    if (is_value) texts.push_back(unescape(json.substr(begin, at - begin), Escaping::json).text);
  }
  return texts;
}

}  // namespace iter8::base
