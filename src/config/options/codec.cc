#include "config/options/codec.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::config {
namespace {

/// 2^63: the first real that no longer fits an integer.
constexpr double kIntegerLimit = 9223372036854775808.0;

bool is_plain(const Node& node) {
  return node.kind == Node::Kind::scalar && !node.quoted;
}

/// "qps: ", or nothing outside of every key.
std::string key_prefix(const Problems& problems) {
  return problems.key().empty() ? "" : problems.key() + ": ";
}

}  // namespace

bool expected(const Node& node, Problems& problems, std::string_view what) {
  problems.error(node.position,
                 fmt::format("{}expected {}, found {}", key_prefix(problems), what, node.described()));
  return false;
}

bool Codec<bool>::read(const Node& node, Problems& problems, bool& value) {
  const Value scalar = is_plain(node) ? plain_scalar(node.text) : Value();
  if (!scalar.boolean()) return expected(node, problems, "true or false");
  value = *scalar.boolean();
  return true;
}

bool Codec<std::int64_t>::read(const Node& node, Problems& problems, std::int64_t& value) {
  const Value scalar = is_plain(node) ? plain_scalar(node.text) : Value();
  if (const std::int64_t* whole = scalar.integer()) {
    value = *whole;
    return true;
  }
  const double* real = scalar.real();
  if (!real || std::isnan(*real) || (std::isfinite(*real) && std::trunc(*real) != *real))
    return expected(node, problems, "a whole number");
  if (*real < -kIntegerLimit || *real >= kIntegerLimit)
    return expected(node, problems, "a whole number of at most 64 bits");
  value = static_cast<std::int64_t>(*real);
  return true;
}

bool Codec<double>::read(const Node& node, Problems& problems, double& value) {
  const Value scalar = is_plain(node) ? plain_scalar(node.text) : Value();
  const auto number = scalar.number();
  if (!number) return expected(node, problems, "a number");
  if (!std::isfinite(*number)) return expected(node, problems, "a finite number");
  value = *number;
  return true;
}

bool Codec<std::string>::read(const Node& node, Problems& problems, std::string& value) {
  if (node.kind != Node::Kind::scalar) return expected(node, problems, "text");
  value = node.text;
  return true;
}

bool Codec<base::Duration>::read(const Node& node, Problems& problems, base::Duration& value) {
  auto duration =
      node.kind == Node::Kind::scalar ? base::parse_duration(node.text) : std::optional<base::Duration>();
  // In YAML, 0.0 is the number that 0 is.
  if (!duration && is_plain(node) && plain_scalar(node.text).number() == 0.0) duration = base::Duration{0};
  if (duration) {
    value = *duration;
    return true;
  }
  if (node.kind == Node::Kind::scalar && plain_scalar(node.text).number())
    return expected(node, problems, fmt::format("a duration with its unit, such as {}s", node.text));
  return expected(node, problems, "a duration such as 10s, 250ms or 1m30s");
}

bool read_choice(const Node& node, Problems& problems, const std::vector<std::string>& names,
                 std::size_t& index) {
  const auto name =
      node.kind == Node::Kind::scalar ? std::find(names.begin(), names.end(), node.text) : names.end();
  if (name != names.end()) {
    index = static_cast<std::size_t>(name - names.begin());
    return true;
  }
  const std::string hint = node.kind == Node::Kind::scalar ? base::suggestion(node.text, names) : "";
  problems.error(node.position, fmt::format("{}expected {}{}, found {}{}", key_prefix(problems),
                                            names.size() > 1 ? "one of " : "", base::join(names, ", "),
                                            node.described(), hint));
  return false;
}

bool Codec<Template>::read(const Node& node, Problems& problems, Template& value) {
  if (node.kind != Node::Kind::scalar) return expected(node, problems, "text");
  auto parsed = Template::parse(node.text, node.text_position, problems);
  if (parsed) value = std::move(*parsed);
  return parsed.has_value();
}

}  // namespace iter8::config
