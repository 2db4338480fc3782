#include "tasks/metrics/response/selector.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "tasks/metrics/response/exposition_scanner.h"

namespace iter8::tasks::metrics {

namespace {

LabelMatcher::Operator read_operator(ExpositionScanner& scanner) {
  using enum LabelMatcher::Operator;
  if (scanner.take('!')) {
    if (scanner.take('~')) return matches_not;
    scanner.expect('=');
    return not_equal;
  }
  scanner.expect('=');
  return scanner.take('~') ? matches : equal;
}

LabelMatcher read_matcher(std::string label, ExpositionScanner& scanner) {
  LabelMatcher matcher{.label = std::move(label)};
  matcher.op = read_operator(scanner);
  matcher.value = scanner.quoted();
  if (matcher.op == LabelMatcher::Operator::equal || matcher.op == LabelMatcher::Operator::not_equal)
    return matcher;
  std::string problem;
  matcher.regex = config::Regex::compile("^(?:" + matcher.value + ")$", problem);
  if (!matcher.regex) throw base::Error("regular expression: " + problem);
  return matcher;
}

}  // namespace

bool LabelMatcher::accepts(const Labels& labels) const {
  const std::string* found = find_label(labels, label);
  const std::string_view own = found != nullptr ? std::string_view(*found) : std::string_view{};
  switch (op) {
    case Operator::equal:
      return own == value;
    case Operator::not_equal:
      return own != value;
    case Operator::matches:
      return regex->occurs_in(own);
    case Operator::matches_not:
      break;
  }
  return !regex->occurs_in(own);
}

bool Selector::accepts(const Labels& labels) const {
  return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) { return matcher.accepts(labels); });
}

Selector parse_selector(std::string_view text) {
  try {
    ExpositionScanner scanner(text);
    Selector selector;
    selector.name = scanner.series(
        [&](std::string label) { selector.matchers.push_back(read_matcher(std::move(label), scanner)); });
    if (!scanner.at_end()) throw base::Error("text behind the selector");
    return selector;
  } catch (const base::Error& error) {
    throw base::Error("expected a selector such as name{label=\"value\"}, found '" + base::printable(text) +
                      "': " + error.what());
  }
}

}  // namespace iter8::tasks::metrics
