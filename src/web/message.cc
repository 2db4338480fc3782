#include "web/message.h"

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::web {

namespace {

/// Masking comes after this: a shorter limit could cut a secret in two and so let half of it through.
constexpr std::size_t kLongestLine = 64 * 1024;

}  // namespace

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return std::nullopt;
}

std::vector<std::string> plan_text(const Request& request) {
  std::vector<std::string> lines = {base::printable(request.method + " " + request.url, kLongestLine)};
  for (const auto& [name, value] : request.headers)
    lines.push_back("  " + base::printable(fmt::format("{}: {}", name, value), kLongestLine));
  if (request.body.empty()) return lines;
  for (const std::string& line : base::split(request.body, '\n'))
    lines.push_back("  " + base::printable(line, kLongestLine));
  return lines;
}

}  // namespace iter8::web
