#include "experiment/metric/metric_name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"

namespace iter8::experiment {

namespace {

/// The word order of Iter8 before 0.8.29 and of the classic generation.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kReversedNames = {{
    {"mean-latency", "latency-mean"},
    {"stddev-latency", "latency-stddev"},
    {"min-latency", "latency-min"},
    {"max-latency", "latency-max"},
}};

std::optional<std::string_view> without_prefix(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

/// "50.0" as "50"; nothing when the text is not digits with at most one point, or is more than 100.
std::optional<std::string> shortest_percentile(std::string_view text) {
  const bool decimal = text.find_first_not_of("0123456789.") == std::string_view::npos &&
                       std::count(text.begin(), text.end(), '.') <= 1;
  if (!decimal || text.find_first_of("0123456789") == std::string_view::npos) return std::nullopt;
  const std::optional<double> value =
      base::parse_number("0" + std::string(text) + (text.back() == '.' ? "0" : ""));
  return value && *value <= 100 ? std::optional(base::shortest(*value)) : std::nullopt;
}

/// "p95.0" as "latency-p95"; nothing for other texts.
std::optional<std::string> bare_percentile(std::string_view name) {
  const auto digits = without_prefix(name, "p");
  const auto percentile = digits ? shortest_percentile(*digits) : std::nullopt;
  return percentile ? std::optional("latency-p" + *percentile) : std::nullopt;
}

/// "latency-95th-percentile", as the classic generation named it.
std::optional<std::string> classic_percentile(std::string_view name) {
  constexpr std::string_view kEnd = "th-percentile";
  const auto rest = without_prefix(name, "latency-");
  if (!rest || !rest->ends_with(kEnd)) return std::nullopt;
  const auto percentile = shortest_percentile(rest->substr(0, rest->size() - kEnd.size()));
  return percentile ? std::optional("latency-p" + *percentile) : std::nullopt;
}

/// The current name of a metric of iter8-fortio, built-in or iter8-system, which meant HTTP load when there
/// was no other.
std::string translate_http_metric(std::string_view name) {
  for (const auto& [older, current] : kReversedNames)
    if (name == older) return "http/" + std::string(current);
  if (const auto percentile = bare_percentile(name)) return "http/" + *percentile;
  if (const auto percentile = classic_percentile(name)) return "http/" + *percentile;
  return "http/" + std::string(name);
}

std::string translate_provider(std::string_view name) {
  if (const auto rest = without_prefix(name, "built-in/http-")) return "http/" + std::string(*rest);
  if (const auto rest = without_prefix(name, "built-in/grpc-")) return "grpc/" + std::string(*rest);
  for (const std::string_view prefix : {"built-in/", "iter8-fortio/", "iter8-system/"})
    if (const auto rest = without_prefix(name, prefix)) return translate_http_metric(*rest);
  return std::string(name);
}

bool is_load_provider(std::string_view provider) {
  return provider == "http" || provider == "grpc" || provider.starts_with("http-") ||
         provider.starts_with("grpc-");
}

/// The part of a load metric's name after the provider: latency/mean becomes latency-mean, p50.0 becomes p50.
std::string canonical_load_metric(std::string_view name) {
  if (const auto rest = without_prefix(name, "ok-")) return "ok-" + canonical_load_metric(*rest);
  constexpr std::array<std::string_view, 4> kAggregates = {"mean", "stddev", "min", "max"};
  if (const auto aggregate = without_prefix(name, "latency/")) {
    if (const auto percentile = bare_percentile(*aggregate)) return *percentile;
    if (std::find(kAggregates.begin(), kAggregates.end(), *aggregate) != kAggregates.end())
      return "latency-" + std::string(*aggregate);
  }
  if (const auto aggregate = without_prefix(name, "latency-"))
    if (const auto percentile = bare_percentile(*aggregate)) return *percentile;
  return std::string(name);
}

}  // namespace

std::string canonical_metric_name(std::string_view name) {
  std::string current = translate_provider(name);
  const std::size_t slash = current.find('/');
  if (slash == std::string::npos) return current;
  const std::string provider = current.substr(0, slash);
  if (!is_load_provider(provider)) return current;
  return provider + "/" + canonical_load_metric(std::string_view(current).substr(slash + 1));
}

bool is_metric_name(std::string_view name) {
  const auto is_strange = [](unsigned char c) { return c <= ' ' || c == 0x7F; };
  if (!base::is_utf8(name) || std::any_of(name.begin(), name.end(), is_strange)) return false;
  const std::vector<std::string> parts = base::split(name, '/');
  const bool complete =
      std::none_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); });
  return complete && (parts.size() == 2 || parts.size() == 3);
}

std::string provider_of(std::string_view name) {
  return std::string(name.substr(0, name.find('/')));
}

std::string_view name_in_provider(std::string_view name) {
  return name.substr(name.find('/') + 1);
}

bool is_time_inside_response(std::string_view name) {
  constexpr std::array<std::string_view, 5> kTimes = {"ttf", "transfer", "inter-", "time-to-", "time-per-"};
  return std::any_of(kTimes.begin(), kTimes.end(),
                     [name](std::string_view time) { return name.starts_with(time); });
}

bool is_load_metric(std::string_view name) {
  return is_load_provider(provider_of(name));
}

}  // namespace iter8::experiment
