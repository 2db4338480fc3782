#include "verdict/limit.h"

#include <cmath>

#include "base/duration.h"
#include "base/number.h"

namespace iter8::verdict {

namespace {

using namespace std::chrono_literals;

std::optional<Limit> parse_percentage(std::string_view text) {
  const bool is_relative = text.starts_with('+') || text.starts_with('-');
  const std::string_view digits = text.substr(is_relative ? 1 : 0, text.size() - (is_relative ? 2 : 1));
  const std::optional<double> percent = base::parse_number(digits);
  if (!percent || digits.find_first_of("+-") == 0) return std::nullopt;
  if (!is_relative) return Limit{Share{*percent}};
  const double change = (text.front() == '-' ? -1 : 1) * *percent / 100;
  return Limit{RelativeLimit{.change = change, .text = std::string(text)}};
}

}  // namespace

std::optional<Limit> parse_limit(std::string_view text) {
  if (text.ends_with('%')) return parse_percentage(text);
  if (const auto number = base::parse_number(text)) return Limit{*number};
  const auto time = base::parse_duration(text);
  return time && *time >= 0ns ? std::optional(Limit{*time}) : std::nullopt;
}

experiment::UnitKind Limit::kind() const {
  if (std::holds_alternative<Share>(amount)) return experiment::UnitKind::share;
  return std::holds_alternative<base::Duration>(amount) ? experiment::UnitKind::time
                                                        : experiment::UnitKind::none;
}

std::optional<double> in_unit(const Limit& limit, const experiment::Unit& unit) {
  if (const auto* number = std::get_if<double>(&limit.amount)) return *number;
  if (limit.relative() || limit.kind() != unit.kind) return std::nullopt;
  if (const auto* share = std::get_if<Share>(&limit.amount)) return share->percent * unit.size / 100;
  return static_cast<double>(std::get<base::Duration>(limit.amount).count()) / unit.size;
}

double absolute_limit(const RelativeLimit& limit, double baseline) {
  return baseline + std::fabs(baseline) * limit.change;
}

std::string to_text(const Limit& limit) {
  if (const auto* relative = limit.relative()) return relative->text;
  if (const auto* time = std::get_if<base::Duration>(&limit.amount)) return base::to_text(*time);
  if (const auto* share = std::get_if<Share>(&limit.amount)) return base::shortest(share->percent) + "%";
  return base::shortest(std::get<double>(limit.amount));
}

}  // namespace iter8::verdict
