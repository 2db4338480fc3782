#include "config/yaml/placeholder_escape.h"

#include <algorithm>

namespace iter8::config {
namespace {

// Each character of the first is hidden as the control character at the same place of the second. 0x04 is
// left out: to yaml-cpp it is the end of the file.
constexpr std::string_view kMeaningful = "{},:#[]";
constexpr std::string_view kStandIns = "\x01\x02\x03\x05\x06\x07\x08";
constexpr std::string_view kHiddenOpening = "$\x01";
constexpr char kHiddenClosing = '\x02';

char exchange(char c, std::string_view from, std::string_view to) {
  const std::size_t at = from.find(c);
  return at == std::string_view::npos ? c : to[at];
}

}  // namespace

std::string escape_placeholders(std::string_view yaml) {
  std::string result(yaml);
  for (std::size_t at = yaml.find("${"); at != std::string_view::npos; at = yaml.find("${", at + 1)) {
    // A quote ends it: what opens in one text and closes in another is not a reference.
    const std::size_t end = yaml.find_first_of("{}\r\n\"'", at + 2);
    if (end == std::string_view::npos || yaml[end] != '}') continue;
    for (std::size_t i = at + 1; i <= end; ++i) result[i] = exchange(yaml[i], kMeaningful, kStandIns);
  }
  return result;
}

std::string unescape_placeholders(std::string text) {
  // Only between a hidden ${ and its }: elsewhere such a character was written as an escape, "\u0001".
  for (std::size_t at = text.find(kHiddenOpening); at != std::string::npos;
       at = text.find(kHiddenOpening, at)) {
    const std::size_t end = std::min(text.find(kHiddenClosing, at), text.size() - 1);
    for (std::size_t i = at + 1; i <= end; ++i) text[i] = exchange(text[i], kStandIns, kMeaningful);
  }
  return text;
}

}  // namespace iter8::config
