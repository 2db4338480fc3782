#include "tasks/plugin/answer.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "experiment/metric/metric_name.h"
#include "web/foreign_json.h"

namespace iter8::tasks::plugin {

namespace {

using experiment::Bucket;
using experiment::BucketCounts;
using experiment::MetricData;
using experiment::MetricKind;
using experiment::Proportion;
using experiment::Samples;
using experiment::SampleSummary;
using Json = nlohmann::ordered_json;

/// One object of the answer and its place in it, for messages.
class Reader {
 public:
  Reader(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) fail("", "expected an object");
  }

  [[noreturn]] void fail(std::string_view key, std::string_view what) const {
    const std::string dot = key.empty() || place_.empty() ? "" : ".";
    throw base::Error(fmt::format("answer: {}{}{}: {}", place_, dot, key, what));
  }

  /// Every key but these is an error: it is a misspelt one, or means more than this program would do.
  void only(const std::vector<std::string>& known) const {
    for (const auto& [key, value] : object_.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail(base::printable(key),
             "unknown key, expected one of " + base::join(known, ", ") + base::suggestion(key, known));
  }

  bool has(const char* key) const { return object_.contains(key); }

  const Json& at(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) fail(key, "missing");
    return *found;
  }

  std::string text(const char* key) const {
    const Json& value = at(key);
    if (!value.is_string()) fail(key, "expected text, found " + preview(value));
    return value.get<std::string>();
  }

  double number(const char* key) const {
    const Json& value = at(key);
    if (!value.is_number()) fail(key, "expected a number, found " + preview(value));
    return value.get<double>();
  }

  double number_not_below_zero(const char* key) const {
    const double value = number(key);
    if (value < 0) fail(key, "expected a number of at least 0, found " + preview(at(key)));
    return value;
  }

  std::int64_t count(const char* key) const {
    const Json& value = at(key);
    const bool fits = value.is_number_integer() &&
                      (!value.is_number_unsigned() || value.get<std::uint64_t>() < 1ULL << 63U);
    if (!fits || value.get<std::int64_t>() < 0)
      fail(key, "expected a count of at least 0, found " + preview(value));
    return value.get<std::int64_t>();
  }

  const Json& list(const char* key) const {
    const Json& value = at(key);
    if (!value.is_array()) fail(key, "expected a list, found " + preview(value));
    return value;
  }

  std::string place_of(const char* key, std::size_t index) const {
    return fmt::format("{}{}{}[{}]", place_, place_.empty() ? "" : ".", key, index);
  }

  /// What a message shows of a value: all of it or its kind, as a secret cut in two would not be recognised.
  static std::string preview(const Json& value) {
    const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > 100) return std::string("a long ") + value.type_name();
    return base::printable(text, 1000);
  }

 private:
  const Json& object_;
  std::string place_;
};

std::optional<double> optional_number(const Reader& reader, const char* key) {
  return reader.has(key) ? std::optional(reader.number(key)) : std::nullopt;
}

Proportion read_proportion(const Reader& reader) {
  const Proportion proportion{.count = reader.count("count"), .total = reader.count("total")};
  if (proportion.count > proportion.total) reader.fail("count", "more than total");
  return proportion;
}

SampleSummary read_summary(const Reader& reader) {
  return {.count = reader.count("count"),
          .mean = reader.number("mean"),
          .variance = reader.number_not_below_zero("variance"),
          .min = optional_number(reader, "min"),
          .max = optional_number(reader, "max"),
          .skewness = optional_number(reader, "skewness")};
}

BucketCounts read_histogram(const Reader& reader) {
  BucketCounts histogram;
  for (const Json& item : reader.list("buckets")) {
    const Reader bucket(item, reader.place_of("buckets", histogram.buckets.size()));
    bucket.only({"lower", "upper", "count"});
    const Bucket next{
        .lower = bucket.number("lower"), .upper = bucket.number("upper"), .count = bucket.count("count")};
    if (next.lower > next.upper) bucket.fail("lower", "above upper");
    if (!histogram.buckets.empty() && next.lower < histogram.buckets.back().upper)
      bucket.fail("lower", "below the upper end of the bucket before it; expected buckets in order");
    histogram.buckets.push_back(next);
  }
  std::erase_if(histogram.buckets, [](const Bucket& bucket) { return bucket.count == 0; });
  if (!reader.has("above")) return histogram;
  std::int64_t total = 0;
  for (const Bucket& bucket : histogram.buckets) total += bucket.count;
  for (const Json& item : reader.list("above")) {
    const Reader above(item, reader.place_of("above", histogram.above.size()));
    above.only({"limit", "count"});
    histogram.above.push_back({.limit = above.number("limit"), .count = above.count("count")});
    if (histogram.above.back().count > total) above.fail("count", "more than all buckets hold");
  }
  return histogram;
}

Samples read_samples(const Reader& reader) {
  Samples samples;
  for (const Json& value : reader.list("values")) {
    if (!value.is_number()) reader.fail("values", "expected numbers, found " + Reader::preview(value));
    samples.values.push_back(value.get<double>());
  }
  return samples;
}

MetricKind read_kind(const Reader& reader) {
  static const std::vector<std::string> kinds = {"counter", "gauge",     "proportion",
                                                 "summary", "histogram", "samples"};
  const std::string word = reader.text("kind");
  const auto kind = experiment::parse_metric_kind(word);
  if (!kind)
    reader.fail("kind", fmt::format("unknown kind '{}', expected one of {}{}", base::printable(word),
                                    base::join(kinds, ", "), base::suggestion(word, kinds)));
  return *kind;
}

MetricData read_data(const Reader& reader, MetricKind kind) {
  const auto only = [&](std::vector<std::string> keys) {
    keys.insert(keys.begin(), {"name", "version", "kind", "unit", "span", "window"});
    reader.only(keys);
  };
  switch (kind) {
    case MetricKind::counter:
      only({"value"});
      return reader.number_not_below_zero("value");
    case MetricKind::gauge:
      only({"value"});
      return reader.number("value");
    case MetricKind::proportion:
      only({"count", "total"});
      return read_proportion(reader);
    case MetricKind::summary:
      only({"count", "mean", "variance", "min", "max", "skewness"});
      return read_summary(reader);
    case MetricKind::histogram:
      only({"buckets", "above"});
      return read_histogram(reader);
    case MetricKind::samples:
      break;
  }
  only({"values"});
  return read_samples(reader);
}

std::size_t read_version(const Reader& reader, const std::vector<std::string>& versions) {
  const std::string name = reader.text("version");
  const auto version = experiment::find_version(versions, name);
  if (!version)
    reader.fail("version", fmt::format("unknown version '{}', expected one of {}{}", base::printable(name),
                                       base::join(versions, ", "), base::suggestion(name, versions)));
  return *version;
}

experiment::Span read_span(const Reader& reader) {
  using experiment::Span;
  if (!reader.has("span")) return Span::since_last;
  const std::string word = reader.text("span");
  for (const Span span : {Span::since_last, Span::since_start})
    if (word == to_text(span)) return span;
  reader.fail("span", fmt::format("expected {} or {}, found '{}'", to_text(Span::since_last),
                                  to_text(Span::since_start), base::printable(word)));
}

base::Duration read_window(const Reader& reader) {
  constexpr double kLongest = 366.0 * 24 * 3600;
  if (!reader.has("window")) return {};
  const double seconds = reader.number_not_below_zero("window");
  if (seconds > kLongest) reader.fail("window", "expected at most a year, in seconds");
  return base::from_seconds(seconds);
}

/// The traffic split during which the data came in and that stays in force: a whole percentage for every
/// version, 100 in all.
std::vector<int> read_traffic(const Reader& reader, const std::vector<std::string>& versions) {
  const Json& shares = reader.at("traffic");
  if (!shares.is_object()) reader.fail("traffic", "expected a map of versions to percentages");
  const Reader split(shares, "traffic");
  split.only(versions);
  std::vector<int> percents;
  std::int64_t sum = 0;
  for (const std::string& version : versions) {
    const std::int64_t percent = split.count(version.c_str());
    if (percent > 100) split.fail(version, "expected at most 100 percent");
    percents.push_back(static_cast<int>(percent));
    sum += percent;
  }
  if (sum != 100) reader.fail("traffic", fmt::format("expected percentages that sum to 100, found {}", sum));
  return percents;
}

experiment::Observation read_metric(const Reader& reader, const std::string& plugin,
                                    const std::vector<std::string>& versions) {
  const std::string name = plugin + "/" + reader.text("name");
  if (!experiment::is_metric_name(name))
    reader.fail("name",
                "expected a name without spaces, found '" + base::printable(reader.text("name")) + "'");
  const MetricKind kind = read_kind(reader);
  const std::string unit = reader.has("unit") ? reader.text("unit") : "";
  return {.metric = {.name = name, .kind = kind, .unit = unit, .description = ""},
          .version = read_version(reader, versions),
          .data = read_data(reader, kind),
          .window = read_window(reader),
          .span = read_span(reader)};
}

}  // namespace

experiment::Outcome parse_answer(std::string_view text, const std::string& plugin,
                                 const std::vector<std::string>& versions) {
  if (base::trim(text).empty())
    throw base::Error("answer: found nothing on standard output, expected a JSON object");
  const Json document = web::parse_foreign_ordered_json(text);
  if (document.is_discarded())
    throw base::Error("answer: expected a JSON object on standard output, found something else");

  const Reader reader(document, "");
  reader.only({"metrics", "message", "verdict", "traffic"});
  experiment::Outcome outcome;
  if (reader.has("message")) outcome.message = reader.text("message");
  if (reader.has("verdict")) {
    const std::string word = reader.text("verdict");
    outcome.verdict = experiment::parse_verdict(word);
    if (word != "pass" && word != "fail" && word != "inconclusive")
      reader.fail("verdict", "expected pass, fail or inconclusive, found '" + base::printable(word) + "'");
  }
  if (reader.has("traffic")) outcome.traffic = read_traffic(reader, versions);
  if (!reader.has("metrics")) return outcome;
  for (const Json& item : reader.list("metrics")) {
    const Reader metric(item, reader.place_of("metrics", outcome.observations.size()));
    outcome.observations.push_back(read_metric(metric, plugin, versions));
  }
  return outcome;
}

}  // namespace iter8::tasks::plugin
