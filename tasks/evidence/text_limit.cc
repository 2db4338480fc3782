#include "tasks/evidence/text_limit.h"

#include <cctype>

#include "base/text.h"
#include "base/utf8.h"

namespace iter8::tasks {

std::string shorten(std::string_view text, std::size_t limit) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= limit) return std::string(text);
  const std::size_t end = base::cut_offset(text, limit - kEllipsis.size());
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : base::trim(text)) {
    const bool is_blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!is_blank) {
      line += c;
    } else if (!line.ends_with(' ')) {
      line += ' ';
    }
  }
  return line;
}

}  // namespace iter8::tasks
