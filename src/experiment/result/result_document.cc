#include "experiment/result/result_document.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <unordered_set>

#include "base/duration.h"
#include "base/text.h"
#include "base/utf8.h"
#include "experiment/result/load_series_document.h"

namespace iter8::experiment {

namespace {

/// Keys whose values are words of the schema or times. They are never masked, because a secret such as "pass"
/// would make the document unreadable.
const std::set<std::string_view> kWords{
    "schema",    "startTime", "endTime", "digest",      "spelling", "section", "status",    "kind", "verdict",
    "direction", "evidence",  "pattern", "interrupted", "code",     "span",    "histogram", "hdr"};
/// Maps whose keys are names that the user chose.
const std::set<std::string_view> kNamed{"metrics", "weights"};

/// Text that JSON and YAML can hold: zero bytes and invalid UTF-8 become U+FFFD.
Json text(const std::string& value) {
  if (value.find('\0') != std::string::npos)
    return text(base::replace_all(value, std::string_view("\0", 1), "\uFFFD"));
  if (base::is_utf8(value)) return value;
  return Json::parse(Json(value).dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// Integers without a fraction; null for infinities and NaN, which JSON cannot represent.
Json number(double value) {
  constexpr double kExact =
      9007199254740992.0;  // 2^53; above, an integer would claim digits that a double lacks
  if (!std::isfinite(value)) return nullptr;
  if (std::trunc(value) == value && std::fabs(value) < kExact && !std::signbit(value))
    return static_cast<std::int64_t>(value);
  return value;
}

void put(Json& object, const char* key, const std::optional<double>& value) {
  if (value) object[key] = number(*value);
}

void put(Json& object, const char* key, const std::optional<std::pair<double, double>>& interval) {
  if (interval) object[key] = Json::array({number(interval->first), number(interval->second)});
}

Json list_of_warnings(const std::vector<Warning>& warnings) {
  Json list = Json::array();
  for (const Warning& warning : warnings)
    list.push_back({{"code", text(warning.code)}, {"message", text(warning.message)}});
  return list;
}

Json document_of(const Execution& execution) {
  Json object{{"section", to_text(execution.section)},
              {"index", execution.index},
              {"iteration", execution.iteration},
              {"task", text(execution.task)},
              {"name", text(execution.name)},
              {"status", to_text(execution.status)},
              {"startTime", base::to_rfc3339(execution.start)},
              {"seconds", number(execution.seconds)},
              {"message", text(execution.message)}};
  if (execution.line > 0) object["line"] = execution.line;
  if (execution.verdict) object["verdict"] = to_text(*execution.verdict);
  if (execution.shards)
    object["shards"] = {{"numbers", execution.shards->numbers}, {"of", execution.shards->of}};
  if (!execution.warnings.empty()) object["warnings"] = list_of_warnings(execution.warnings);
  return object;
}

/// Adds the data of one observation, under different keys for each kind.
struct DataKeys {
  Json& object;

  void operator()(double value) const { object["value"] = number(value); }
  void operator()(const Proportion& proportion) const {
    object["count"] = proportion.count;
    object["total"] = proportion.total;
  }
  void operator()(const SampleSummary& summary) const {
    object["count"] = summary.count;
    object["mean"] = number(summary.mean);
    object["variance"] = number(summary.variance);
    put(object, "min", summary.min);
    put(object, "max", summary.max);
    put(object, "skewness", summary.skewness);
  }
  void operator()(const BucketCounts& counts) const {
    Json& buckets = object["buckets"] = Json::array();
    for (const Bucket& bucket : counts.buckets)
      buckets.push_back(
          {{"lower", number(bucket.lower)}, {"upper", number(bucket.upper)}, {"count", bucket.count}});
    if (!counts.hdr.empty()) object["hdr"] = counts.hdr;
    if (counts.above.empty()) return;
    Json& above = object["above"] = Json::array();
    for (const CountAbove& each : counts.above)
      above.push_back({{"limit", number(each.limit)}, {"count", each.count}});
  }
  void operator()(const Samples& samples) const {
    Json& values = object["samples"] = Json::array();
    for (const double value : samples.values) values.push_back(number(value));
  }
};

Json observations_of(const MetricSeries& series) {
  Json list = Json::array();
  for (std::size_t version = 0; version < series.versions.size(); ++version)
    for (const MetricSeries::Point& point : series.versions[version]) {
      Json object{{"iteration", point.iteration}, {"version", version}};
      if (point.window.count() > 0) object["window"] = number(base::to_seconds(point.window));
      std::visit(DataKeys{object}, point.data);
      if (!point.query.empty()) object["query"] = text(point.query);
      if (!point.note.empty()) object["note"] = text(point.note);
      if (point.samples > 0) object["sampleCount"] = point.samples;
      if (point.span != Span::since_last) object["span"] = to_text(point.span);
      if (!point.weights.empty()) object["weights"] = point.weights;
      list.push_back(std::move(object));
    }
  return list;
}

Json document_of(const MetricSeries& series) {
  Json object{{"kind", to_text(series.info.kind)},
              {"unit", text(series.info.unit)},
              {"description", text(series.info.description)}};
  if (series.info.kind != MetricKind::histogram) {
    Json& values = object["values"] = Json::array();
    for (const auto& points : series.versions) {
      const std::optional<double> value = points.empty() ? std::nullopt : value_of(points.back().data);
      values.push_back(value ? number(*value) : Json());
    }
  }
  object["observations"] = observations_of(series);
  if (std::any_of(series.awaited.begin(), series.awaited.end(),
                  [](const auto& reason) { return !reason.empty(); })) {
    Json& awaited = object["awaited"] = Json::array();
    for (const std::string& reason : series.awaited) awaited.push_back(text(reason));
  }
  return object;
}

Json document_of(const ObjectiveCheck& check) {
  Json object{{"value", check.value ? number(*check.value) : Json()}};
  put(object, "limit", check.limit);
  object["satisfied"] = check.satisfied;
  object["verdict"] = to_text(check.verdict);
  if (check.samples) object["samples"] = *check.samples;
  put(object, "probability", check.probability);
  put(object, "interval", check.interval);
  put(object, "logEvidencePass", check.log_evidence_pass);
  put(object, "logEvidenceFail", check.log_evidence_fail);
  put(object, "needed", check.needed);
  put(object, "neededSeconds", check.needed_seconds);
  put(object, "effective", check.effective);
  put(object, "stalls", check.stalls);
  put(object, "excludedStall", check.excluded_stall);
  if (check.decided_at > 0) object["decidedAt"] = check.decided_at;
  object["evidence"] = to_text(check.evidence);
  if (!check.gate) object["gate"] = false;
  object["reason"] = text(check.reason);
  return object;
}

Json document_of(const Objective& objective) {
  Json object{{"metric", text(objective.metric)}};
  put(object, "upper", objective.upper);
  put(object, "lower", objective.lower);
  if (objective.relative_upper) object["relativeUpper"] = text(*objective.relative_upper);
  if (objective.relative_lower) object["relativeLower"] = text(*objective.relative_lower);
  if (!objective.relative_to.empty()) object["relativeTo"] = text(objective.relative_to);
  put(object, "confidence", objective.confidence);
  put(object, "alpha", objective.alpha);
  if (!objective.gate) object["gate"] = false;
  if (objective.key) object["key"] = true;
  if (objective.weight != 1) object["weight"] = number(objective.weight);
  object["line"] = objective.line;
  if (objective.task_line > 0) object["taskLine"] = objective.task_line;
  Json& versions = object["versions"] = Json::array();
  for (const ObjectiveCheck& check : objective.versions) versions.push_back(document_of(check));
  return object;
}

Json document_of(const RewardCheck& check) {
  Json object{{"value", check.value ? number(*check.value) : Json()}};
  put(object, "interval", check.interval);
  put(object, "probabilityBest", check.probability_best);
  put(object, "expectedLoss", check.expected_loss);
  put(object, "lift", check.lift);
  put(object, "liftInterval", check.lift_interval);
  put(object, "probabilityBeatsBaseline", check.probability_beats_baseline);
  return object;
}

/// How the document refers to a version.
Json name_of(std::size_t version, const Result& result) {
  return version < result.versions.size() ? text(result.versions[version]) : Json(std::to_string(version));
}

Json names_of(const std::vector<std::size_t>& versions, const Result& result) {
  Json names = Json::array();
  for (const std::size_t version : versions) names.push_back(name_of(version, result));
  return names;
}

Json document_of(const Reward& reward, const Result& result) {
  Json object{{"metric", text(reward.metric)},
              {"direction", to_text(reward.direction)},
              {"best", names_of(reward.best, result)},
              {"evidence", to_text(reward.evidence)}};
  Json& versions = object["versions"] = Json::array();
  for (const RewardCheck& check : reward.versions) versions.push_back(document_of(check));
  return object;
}

Json document_of(const MetricComparison& comparison) {
  Json object{{"metric", text(comparison.metric)}};
  if (comparison.direction) object["direction"] = to_text(*comparison.direction);
  Json& versions = object["versions"] = Json::array();
  for (const RewardCheck& check : comparison.versions) versions.push_back(document_of(check));
  return object;
}

Json document_of(const Winner& winner, const Result& result) {
  return {{"found", winner.found},
          {"version", winner.version ? name_of(*winner.version, result) : Json()},
          {"best", names_of(winner.best, result)},
          {"recommended", name_of(winner.recommended, result)},
          {"reason", text(winner.reason)}};
}

Json document_of(const Look& look, const Result& result) {
  Json object{{"line", look.line}, {"iteration", look.iteration}, {"verdict", to_text(look.verdict)}};
  if (look.winner) object["winner"] = name_of(*look.winner, result);
  Json& slos = object["evidence"] = Json::array();  // [pass, fail] by objective and version
  for (const auto& objective : look.objectives) {
    Json& versions = slos.emplace_back(Json::array());
    for (const LookEvidence& evidence : objective)
      versions.push_back(Json::array({number(evidence.log_pass), number(evidence.log_fail)}));
  }
  return object;
}

void add_decisions(Json& object, const Assessment& assessment, const Result& result) {
  if (!assessment.scores.empty()) {
    Json& scores = object["scores"] = Json::array();
    for (const Score& score : assessment.scores)
      scores.push_back({{"value", number(score.value)}, {"verdict", to_text(score.verdict)}});
  }
  if (!assessment.comparisons.empty()) {
    Json& comparisons = object["comparisons"] = Json::array();
    for (const MetricComparison& comparison : assessment.comparisons)
      comparisons.push_back(document_of(comparison));
  }
  Json probabilities = Json::array();  // by version
  for (std::size_t version = 0; version < result.versions.size(); ++version) {
    const std::optional<double> probability = probability_all_met(assessment, version);
    probabilities.push_back(probability ? number(*probability) : Json());
  }
  const auto is_known = [](const Json& each) { return !each.is_null(); };
  if (std::any_of(probabilities.begin(), probabilities.end(), is_known))
    object["probabilityAllMet"] = std::move(probabilities);
  if (!assessment.indicators.empty()) {
    Json& indicators = object["indicators"] = Json::array();
    for (const std::string& indicator : assessment.indicators) indicators.push_back(text(indicator));
  }
  if (assessment.looks.empty()) return;
  Json& looks = object["looks"] = Json::array();
  for (const Look& look : assessment.looks) looks.push_back(document_of(look, result));
}

Json document_of(const Assessment& assessment, const Result& result) {
  Json object{{"verdict", to_text(assessment.verdict)}, {"pattern", text(assessment.pattern)}};
  Json& slos = object["slos"] = Json::array();
  for (const Objective& objective : assessment.objectives) slos.push_back(document_of(objective));
  Json& rewards = object["rewards"] = Json::array();
  for (const Reward& reward : assessment.rewards) rewards.push_back(document_of(reward, result));
  if (assessment.winner) object["winner"] = document_of(*assessment.winner, result);
  if (!assessment.weights.empty()) {
    Json& weights = object["weights"] = Json::object();
    for (std::size_t version = 0; version < assessment.weights.size(); ++version)
      weights[name_of(version, result).get<std::string>()] = assessment.weights[version];
  }
  object["warnings"] = list_of_warnings(assessment.warnings);
  add_decisions(object, assessment, result);
  return object;
}

/// Builds an object with many members. Json's own operator[] searches all members each time, which is slow
/// for thousands of metrics. Of several members with the same name, the last one counts.
class Members {
 public:
  void add(std::string name, Json value) {
    if (names_.insert(name).second) {
      members_.emplace_back(std::move(name), std::move(value));
    } else {
      members_.at(name) = std::move(value);
    }
  }
  Json object() && { return std::move(members_); }

 private:
  Json::object_t members_;
  std::unordered_set<std::string> names_;
};

Json insights_of(const Result& result, Json versions) {
  Json object{{"versions", std::move(versions)}};
  Members metrics;
  for (const auto& [name, series] : result.metrics)
    metrics.add(text(name).get<std::string>(), document_of(series));
  object["metrics"] = std::move(metrics).object();
  for (const LoadSeries& series : result.series) object["series"].push_back(to_document(series));
  if (result.assessment) object["assessment"] = document_of(*result.assessment, result);
  return object;
}

void mask(Json& value, const base::Secrets& secrets, bool has_user_keys) {
  if (value.is_string()) {
    value = secrets.mask(value.get_ref<const std::string&>());
  } else if (value.is_array()) {
    for (Json& item : value) mask(item, secrets, false);
  } else if (value.is_object()) {
    for (auto& [key, item] : value.items())
      if (!kWords.contains(key)) mask(item, secrets, kNamed.contains(key));
    if (!has_user_keys) return;
    Members renamed;
    for (auto& [key, item] : value.items()) renamed.add(secrets.mask(key), std::move(item));
    value = std::move(renamed).object();
  }
}

}  // namespace

Json to_document(const Result& result) {
  Json versions = Json::array();
  for (const std::string& name : result.versions) versions.push_back(text(name));

  Json document{{"schema", kResultSchema},
                {"iter8Version", text(result.iter8_version)},
                {"startTime", base::to_rfc3339(result.start)}};
  if (!result.id.empty()) document["id"] = text(result.id);
  if (result.end) document["endTime"] = base::to_rfc3339(*result.end);
  document["experiment"] = {{"name", text(result.experiment_name)},
                            {"file", text(result.file)},
                            {"digest", text(result.digest)},
                            {"versions", versions},
                            {"objectives", result.declared_objectives}};
  if (result.spelling == FileSpelling::native) document["experiment"]["spelling"] = "native";
  document["numTasks"] = result.num_tasks;
  document["numCompletedTasks"] = result.num_completed_tasks;
  document["numLoops"] = result.num_loops;
  document["failure"] = result.failure;
  if (!result.interrupted.empty()) document["interrupted"] = text(result.interrupted);
  if (result.running)
    document["running"] = {{"section", to_text(result.running->section)},
                           {"index", result.running->index},
                           {"iteration", result.running->iteration},
                           {"startTime", base::to_rfc3339(result.running->start)}};
  if (result.merged) document["merged"] = true;
  for (const std::string& wall : result.walls) document["walls"].push_back(text(wall));
  if (!result.traffic.empty()) document["traffic"] = result.traffic;

  Json& tasks = document["tasks"] = Json::array();
  for (const Execution& execution : result.executions) tasks.push_back(document_of(execution));
  for (const FirstReading& reading : result.first_readings)
    document["firstReadings"].push_back({{"section", to_text(reading.section)},
                                         {"index", reading.index},
                                         {"iteration", reading.iteration},
                                         {"time", base::to_rfc3339(reading.time)},
                                         {"text", text(reading.text)}});
  if (!result.metrics.empty() || result.assessment)
    document["insights"] = insights_of(result, std::move(versions));
  return document;
}

Json mask_document(Json document, const base::Secrets& secrets) {
  mask(document, secrets, false);
  return document;
}

}  // namespace iter8::experiment
