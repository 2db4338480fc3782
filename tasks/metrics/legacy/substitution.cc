#include "tasks/metrics/legacy/substitution.h"

#include <algorithm>
#include <cctype>

namespace iter8::tasks::metrics::legacy {

namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string_view name_at(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) != 0) return {};
  const auto end = std::ranges::find_if_not(text, is_name_character);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

}  // namespace

std::string substitute(std::string_view text, const Substitutes& substitutes) {
  std::string result;
  while (!text.empty()) {
    const std::size_t dollar = std::min(text.find('$'), text.size());
    result += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.empty()) break;
    if (text.starts_with("$$")) {
      result += '$';
      text.remove_prefix(2);
      continue;
    }
    const bool braced = text.starts_with("${");
    const std::string_view name = name_at(text.substr(braced ? 2 : 1));
    const std::size_t length = name.size() + (braced ? 3 : 1);
    const bool closed = !braced || (length <= text.size() && text[length - 1] == '}');
    const auto found = std::ranges::find(substitutes, name, &Substitutes::value_type::first);
    if (!name.empty() && closed && found != substitutes.end()) {
      result += found->second;
      text.remove_prefix(length);
    } else {
      result += '$';
      text.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace iter8::tasks::metrics::legacy
