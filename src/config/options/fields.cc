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

/// The entry of a field in a map; null when it has none. Reports a field that is given twice. `names` are all
/// that are known in this map.
const Node::Entry* find_entry(const Node& map, const FieldDoc& field, const std::vector<std::string>& names,
                              Problems& problems) {
  const bool lenient = problems.strictness() == Strictness::lenient;
  const Node::Entry* found = nullptr;
  for (const Node::Entry& entry : map.entries) {
    const bool exact = entry.key == field.name || contains(field.aliases, entry.key);
    // A key in another case belongs to this field unless some field is spelled exactly so.
    const bool loose =
        !exact && lenient &&
        (same_but_for_case(entry.key, field.name) || known_but_for_case(field.aliases, entry.key)) &&
        !contains(names, entry.key);
    if (!exact && !loose) continue;
    if (found) {
      problems.error(entry.position, fmt::format("'{}' means the same as '{}' on line {}; keep one of them",
                                                 entry.key, found->key, found->position.line));
      continue;
    }
    if (loose)
      problems.warning(entry.position, fmt::format("key '{}' is read as '{}'", entry.key, field.name));
    found = &entry;
  }
  return found;
}

void report_unknown(const Node& map, const std::vector<std::string>& names, Problems& problems) {
  constexpr std::size_t most_suggestions = 100;  // finding them takes time, and more problems are not shown
  const bool lenient = problems.strictness() == Strictness::lenient;
  std::size_t count = 0;
  for (const Node::Entry& entry : map.entries) {
    if (contains(names, entry.key) || (lenient && known_but_for_case(names, entry.key))) continue;
    const std::string hint = ++count > most_suggestions ? "" : near_or_all(entry.key, names);
    problems.objection(entry.position, fmt::format("unknown key '{}'{}{}", base::printable(entry.key, 60),
                                                   entry.value.is_override ? " (given by --set)" : "", hint));
  }
}

}  // namespace

void FieldTable::add(std::string_view name, const MemberCodec& codec, std::size_t offset, const void* initial,
                     std::string_view doc, const AnyCheck& check, Presence presence) {
  const bool required = presence == Presence::required;
  names_.emplace_back(name);
  docs_.push_back({.name = std::string(name),
                   .aliases = {},
                   .doc = std::string(doc),
                   .fallback = required ? "" : codec.written(initial),
                   .required = required,
                   .schema = codec.schema()});
  members_.push_back({.codec = &codec, .offset = offset, .check = check});
}

void FieldTable::add_part(const FieldTable& part, std::size_t offset) {
  names_.insert(names_.end(), part.names_.begin(), part.names_.end());
  docs_.insert(docs_.end(), part.docs_.begin(), part.docs_.end());
  for (Member member : part.members_) {
    member.offset += offset;
    members_.push_back(std::move(member));
  }
  for (const Rule& rule : part.rules_) rules_.push_back({rule.rule, rule.call, rule.offset + offset});
}

bool FieldTable::knows(std::string_view name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

void FieldTable::add_alias(std::string_view older) {
  names_.emplace_back(older);
  docs_.back().aliases.emplace_back(older);
}

Schema FieldTable::schema() const {
  return {.type = Schema::Type::object, .choices = {}, .inner = {}, .fields = docs_};
}

void FieldTable::read_field(std::size_t index, const Node& node, Problems& problems, void* options,
                            const std::vector<std::string>& names) const {
  const FieldDoc& field = docs_[index];
  const Member& member = members_[index];
  const Node::Entry* entry = find_entry(node, field, names, problems);
  if (!entry || entry->value.kind == Node::Kind::null) {
    if (field.required)
      problems.error(node.position, fmt::format("missing key '{}': {}", field.name, field.doc));
    return;
  }
  const Problems::ReadingKey reading(problems, field.name);
  void* value = static_cast<char*>(options) + member.offset;
  if (!member.codec->read(entry->value, problems, value) || !member.check) return;
  if (const auto objection = member.check(value))
    problems.error(entry->value.position,
                   fmt::format("{} {}, found {}", field.name, *objection, entry->value.described()));
}

bool read_fields(const Node& node, Problems& problems, std::initializer_list<FieldTarget> targets) {
  if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) return expected(node, problems, "a map");
  const std::size_t before = problems.all().size();
  std::vector<std::string> names;
  for (const auto& [table, options] : targets)
    names.insert(names.end(), table->names_.begin(), table->names_.end());
  for (const auto& [table, options] : targets)
    for (std::size_t index = 0; index < table->members_.size(); ++index)
      table->read_field(index, node, problems, options, names);
  report_unknown(node, names, problems);
  if (!problems.has_errors_since(before))  // a misspelt key is one problem, not also a missing one
    for (const auto& [table, options] : targets)
      for (const FieldTable::Rule& rule : table->rules_)
        rule.call(rule.rule, static_cast<const char*>(options) + rule.offset, node, problems);
  return !problems.has_errors_since(before);
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
