#include "config/options/fields.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::config {
namespace {

/// More names than this are no help when nothing near was found.
constexpr std::size_t kListedKeys = 12;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool same_but_for_case(const std::string& a, const std::string& b) {
  return a.size() == b.size() && base::lower(a) == base::lower(b);
}

bool known_but_for_case(const std::vector<std::string>& names, const std::string& key) {
  return std::any_of(names.begin(), names.end(),
                     [&key](const auto& name) { return same_but_for_case(name, key); });
}

std::string near_or_all(const std::string& key, const std::vector<std::string>& names) {
  const auto in_another_case = std::find_if(
      names.begin(), names.end(), [&key](const auto& name) { return same_but_for_case(name, key); });
  if (in_another_case != names.end()) return "; did you mean '" + *in_another_case + "'?";
  std::string hint = base::suggestion(key, names);
  if (!hint.empty()) return hint;
  if (names.empty()) return "; no key is expected here";
  const std::size_t shown = std::min(names.size(), kListedKeys);
  const std::string list = base::join(std::span(names).first(shown), ", ");
  return fmt::format("; known keys are {}{}", list, shown < names.size() ? ", …" : "");
}

}  // namespace

const Node::Entry* KnownKeys::match(const Node& map, const std::string& name,
                                    const std::vector<std::string>& aliases, Problems& problems) const {
  const bool lenient = problems.strictness() == Strictness::lenient;
  const Node::Entry* found = nullptr;
  for (const Node::Entry& entry : map.entries) {
    const bool exact = entry.key == name || contains(aliases, entry.key);
    // A key in another case belongs to this field unless some field is spelled exactly so.
    const bool loose = !exact && lenient &&
                       (same_but_for_case(entry.key, name) || known_but_for_case(aliases, entry.key)) &&
                       !contains(names, entry.key);
    if (!exact && !loose) continue;
    if (found) {
      problems.error(entry.position, fmt::format("'{}' means the same as '{}' on line {}; keep one of them",
                                                 entry.key, found->key, found->position.line));
      continue;
    }
    if (loose) problems.warning(entry.position, fmt::format("key '{}' is read as '{}'", entry.key, name));
    found = &entry;
  }
  return found;
}

void KnownKeys::report_unknown(const Node& map, Problems& problems) const {
  constexpr std::size_t most_suggestions = 100;  // finding them takes time, and more problems are not shown
  const bool lenient = problems.strictness() == Strictness::lenient;
  std::size_t count = 0;
  for (const Node::Entry& entry : map.entries) {
    if (contains(names, entry.key) || (lenient && known_but_for_case(names, entry.key))) continue;
    const std::string hint = ++count > most_suggestions ? "" : near_or_all(entry.key, names);
    problems.objection(entry.position,
                       fmt::format("unknown key '{}'{}", base::printable(entry.key, 60), hint));
  }
}

Check<double> positive() {
  return [](const double& value) {
    return value > 0 ? std::nullopt : std::optional<std::string>("must be more than 0");
  };
}

Check<double> between(double least, double most) {
  return [least, most](const double& value) -> std::optional<std::string> {
    if (value >= least && value <= most) return std::nullopt;
    return fmt::format("must be between {} and {}", base::shortest(least), base::shortest(most));
  };
}

Check<std::int64_t> at_least(std::int64_t least) {
  return [least](const std::int64_t& value) -> std::optional<std::string> {
    if (value >= least) return std::nullopt;
    return fmt::format("must be at least {}", least);
  };
}

Check<std::int64_t> within(std::int64_t least, std::int64_t most) {
  return [least, most](const std::int64_t& value) -> std::optional<std::string> {
    if (value >= least && value <= most) return std::nullopt;
    return fmt::format("must be between {} and {}", least, most);
  };
}

Check<base::Duration> longer_than_zero() {
  return [](const base::Duration& value) -> std::optional<std::string> {
    if (value > base::Duration::zero()) return std::nullopt;
    return "must be longer than 0s";
  };
}

Check<std::string> not_empty() {
  return [](const std::string& value) -> std::optional<std::string> {
    if (!value.empty()) return std::nullopt;
    return "must not be empty";
  };
}

}  // namespace iter8::config
