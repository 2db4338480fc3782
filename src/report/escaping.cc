#include "report/escaping.h"

#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::report {

std::string xml_escaped(std::string_view raw, std::size_t limit) {
  std::string text;
  for (const char c : base::printable(raw, limit)) {
    switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      case '\'':
        text += "&#39;";
        break;
      default:
        text += c;
    }
  }
  // Well-formed UTF-8, but no characters of XML 1.0 (section 2.2): U+FFFE and U+FFFF.
  text = base::replace_all(std::move(text), "\xEF\xBF\xBE", "\uFFFD");
  return base::replace_all(std::move(text), "\xEF\xBF\xBF", "\uFFFD");
}

std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~/").find(c) != std::string_view::npos)
      uri += c;
    else
      uri += fmt::format("%{:02X}", byte);
  }
  return uri;
}

}  // namespace iter8::report
