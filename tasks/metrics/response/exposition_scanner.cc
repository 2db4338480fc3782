#include "tasks/metrics/response/exposition_scanner.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::tasks::metrics {

namespace {

constexpr std::size_t kShown = 20;  // bytes of what was found

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':' || c == '.' || c == '-';
}

}  // namespace

void ExpositionScanner::skip_spaces() {
  while (text_.starts_with(' ') || text_.starts_with('\t')) text_.remove_prefix(1);
}

bool ExpositionScanner::take(char c) {
  skip_spaces();
  if (!text_.starts_with(c)) return false;
  text_.remove_prefix(1);
  return true;
}

void ExpositionScanner::expect(char c) {
  if (!take(c))
    throw base::Error(fmt::format("expected '{}', found '{}'", c, base::printable(text_, kShown)));
}

bool ExpositionScanner::at_end() {
  skip_spaces();
  return text_.empty();
}

std::string ExpositionScanner::name() {
  skip_spaces();
  const auto end = std::ranges::find_if_not(text_, is_name_character);
  return std::string(take_span(static_cast<std::size_t>(end - text_.begin()), "a name"));
}

std::string_view ExpositionScanner::word() {
  skip_spaces();
  return take_span(std::min(text_.find_first_of(" \t#"), text_.size()), "a number");
}

std::string ExpositionScanner::quoted() {
  expect('"');
  std::string value;
  while (true) {
    const std::size_t end = text_.find_first_of("\"\\");
    if (end == std::string_view::npos) throw base::Error("a quote that is not closed");
    value += text_.substr(0, end);
    const bool is_escape = text_[end] == '\\';
    text_.remove_prefix(end + 1);
    if (!is_escape) return value;
    if (text_.empty()) throw base::Error("a quote that is not closed");
    value += text_.front() == 'n' ? '\n' : text_.front();
    text_.remove_prefix(1);
  }
}

std::string ExpositionScanner::name_or_quoted() {
  skip_spaces();
  return text_.starts_with('"') ? quoted() : name();
}

std::string ExpositionScanner::series(const std::function<void(std::string label)>& on_label) {
  skip_spaces();
  std::string found = text_.starts_with('{') ? std::string() : name();
  const bool has_labels = take('{');
  while (has_labels && !take('}')) {
    skip_spaces();
    const bool may_be_name = found.empty() && text_.starts_with('"');
    std::string part = name_or_quoted();
    skip_spaces();
    if (may_be_name && text_.starts_with(':'))
      throw base::Error("this is JSON, which is read with jq; expected Prometheus's text format");
    if (may_be_name && !part.empty() && !text_.starts_with('=') && !text_.starts_with('!'))
      found = std::move(part);
    else
      on_label(std::move(part));
    if (take(',')) continue;
    expect('}');
    break;
  }
  if (found.empty()) throw base::Error("expected a name in front of the labels, or in quotes among them");
  return found;
}

std::string_view ExpositionScanner::take_span(std::size_t size, const char* what) {
  if (size == 0)
    throw base::Error(fmt::format("expected {}, found '{}'", what, base::printable(text_, kShown)));
  const std::string_view span = text_.substr(0, size);
  text_.remove_prefix(size);
  return span;
}

}  // namespace iter8::tasks::metrics
