#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/text.h"
#include "experiment/result/load_series_document.h"
#include "experiment/result/result_document.h"
#include "experiment/result/result_reader.h"
#include "experiment/version.h"

namespace iter8::experiment {

namespace {

using Interval = std::optional<std::pair<double, double>>;

base::WallTime time_of(const DocumentReader& place) {
  const std::optional<base::WallTime> time = base::parse_rfc3339(place.text());
  if (!time) place.fail("a time such as 2026-01-01T00:00:00Z");
  return *time;
}

Verdict verdict_of(const DocumentReader& place) {
  const std::optional<Verdict> verdict = parse_verdict(place.text());
  if (!verdict) place.fail("pass, fail, inconclusive, error or skipped");
  return *verdict;
}

template <typename Choice>
Choice choice_of(const DocumentReader& place, std::initializer_list<Choice> choices) {
  const std::string word = place.text();
  for (const Choice choice : choices)
    if (to_text(choice) == word) return choice;
  std::string words;
  for (const Choice choice : choices) words += (words.empty() ? "" : ", ") + std::string(to_text(choice));
  place.fail("one of " + words);
}

std::vector<Warning> warnings_of(const DocumentReader& object) {
  std::vector<Warning> warnings;
  for (const DocumentReader& item : object.find_items("warnings"))
    warnings.push_back({.code = item.at("code").text(), .message = item.at("message").text()});
  return warnings;
}

Interval interval_of(const DocumentReader& object, const std::string& key) {
  const std::optional<DocumentReader> place = object.find(key);
  if (!place) return std::nullopt;
  const std::vector<DocumentReader> ends = place->items();
  if (ends.size() != 2) place->fail("two numbers");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return std::pair{ends[0].is_null() ? -kInfinity : ends[0].number(),
                   ends[1].is_null() ? kInfinity : ends[1].number()};
}

Shards shards_of(const DocumentReader& object) {
  Shards shards{.numbers = {}, .of = object.at("of").small_integer()};
  if (shards.of < 1) object.at("of").fail("at least 1");
  for (const DocumentReader& item : object.at("numbers").items()) {
    const int number = item.small_integer();
    if (number <= (shards.numbers.empty() ? 0 : shards.numbers.back()) || number > shards.of)
      item.fail("the number of a shard, in ascending order");
    shards.numbers.push_back(number);
  }
  return shards;
}

Section section_of(const DocumentReader& text) {
  return choice_of(text, {Section::setup, Section::tasks, Section::finally});
}

RunningStep running_step_of(const DocumentReader& object) {
  return {.section = section_of(object.at("section")),
          .index = object.at("index").index(),
          .iteration = object.at("iteration").small_integer(),
          .start = time_of(object.at("startTime"))};
}

FirstReading first_reading_of(const DocumentReader& object) {
  return {.section = section_of(object.at("section")),
          .index = object.at("index").index(),
          .iteration = object.at("iteration").small_integer(),
          .time = time_of(object.at("time")),
          .text = object.at("text").text()};
}

Execution execution_of(const DocumentReader& object) {
  using enum ExecutionStatus;
  Execution execution{.section = section_of(object.at("section")),
                      .index = object.at("index").index(),
                      .iteration = object.at("iteration").small_integer(),
                      .task = object.at("task").text(),
                      .name = object.at("name").text(),
                      .status = choice_of(object.at("status"), {completed, failed, skipped, interrupted}),
                      .start = time_of(object.at("startTime")),
                      .seconds = object.at("seconds").number(),
                      .message = object.at("message").text(),
                      .verdict = {},
                      .warnings = warnings_of(object)};
  if (const auto line = object.find("line")) execution.line = line->small_integer();
  if (const auto verdict = object.find("verdict")) execution.verdict = verdict_of(*verdict);
  if (const auto shards = object.find("shards")) execution.shards = shards_of(*shards);
  return execution;
}

BucketCounts buckets_of(const DocumentReader& object, const DocumentReader& list) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  BucketCounts counts;
  for (const DocumentReader& item : list.items())
    counts.buckets.push_back({.lower = item.find_number("lower").value_or(-kInfinity),
                              .upper = item.find_number("upper").value_or(kInfinity),
                              .count = item.at("count").integer()});
  for (const DocumentReader& item : object.find_items("above"))
    counts.above.push_back({.limit = item.at("limit").number(), .count = item.at("count").integer()});
  return counts;
}

Samples samples_of(const DocumentReader& list) {
  Samples samples;
  for (const DocumentReader& item : list.items()) samples.values.push_back(item.number());
  return samples;
}

/// The keys tell which kind of data it is.
MetricData data_of(const DocumentReader& object) {
  if (const auto buckets = object.find("buckets")) {
    BucketCounts counts = buckets_of(object, *buckets);
    counts.hdr = object.find_text("hdr").value_or("");
    return counts;
  }
  if (const auto samples = object.find("samples")) return samples_of(*samples);
  if (const auto total = object.find("total"))
    return Proportion{object.at("count").integer(), total->integer()};
  if (const auto mean = object.find("mean"))
    return SampleSummary{.count = object.at("count").integer(),
                         .mean = mean->number(),
                         .variance = object.at("variance").number(),
                         .min = object.find_number("min"),
                         .max = object.find_number("max"),
                         .skewness = object.find_number("skewness")};
  return object.at("value").number();
}

std::int64_t sample_count_of(const DocumentReader& object) {
  const auto count = object.find("sampleCount");
  return count ? count->integer() : 0;
}

Span span_of(const DocumentReader& object) {
  const auto span = object.find("span");
  return span ? choice_of(*span, {Span::since_last, Span::since_start}) : Span::since_last;
}

std::vector<int> percents_of(const DocumentReader& object, const std::string& key) {
  std::vector<int> percents;
  if (const auto list = object.find(key))
    for (const DocumentReader& item : list->items()) percents.push_back(item.small_integer());
  return percents;
}

MetricSeries series_of(const std::string& name, const DocumentReader& object, std::size_t versions) {
  MetricSeries series;
  const std::optional<MetricKind> kind = parse_metric_kind(object.at("kind").text());
  if (!kind) object.at("kind").fail("a kind of metric");
  series.info = {name, *kind, object.at("unit").text(), object.at("description").text()};
  series.versions.resize(versions);
  for (const DocumentReader& item : object.at("observations").items()) {
    const std::size_t version = item.at("version").index();
    if (version >= versions) item.at("version").fail(fmt::format("a number below {}", versions));
    series.versions[version].push_back({.iteration = item.at("iteration").small_integer(),
                                        .data = data_of(item),
                                        .window = base::from_seconds(item.find_number("window").value_or(0)),
                                        .query = item.find_text("query").value_or(""),
                                        .note = item.find_text("note").value_or(""),
                                        .samples = sample_count_of(item),
                                        .span = span_of(item),
                                        .weights = percents_of(item, "weights")});
  }
  for (const DocumentReader& reason : object.find_items("awaited")) series.awaited.push_back(reason.text());
  return series;
}

int integer_of(const DocumentReader& object, const std::string& key) {
  const auto place = object.find(key);
  return place ? place->small_integer() : 0;
}

bool flag_of(const DocumentReader& object, const std::string& key, bool fallback) {
  const auto place = object.find(key);
  return place ? place->boolean() : fallback;
}

EvidenceMode evidence_of(const DocumentReader& place) {
  using enum EvidenceMode;
  return choice_of(place, {none, point, fixed, anytime, hybrid});
}

ObjectiveCheck objective_check_of(const DocumentReader& object) {
  ObjectiveCheck check{.value = object.find_number("value"),
                       .limit = object.find_number("limit"),
                       .satisfied = object.at("satisfied").boolean(),
                       .verdict = verdict_of(object.at("verdict")),
                       .samples = {},
                       .probability = object.find_number("probability"),
                       .interval = interval_of(object, "interval"),
                       .log_evidence_pass = object.find_number("logEvidencePass"),
                       .log_evidence_fail = object.find_number("logEvidenceFail"),
                       .needed = object.find_number("needed"),
                       .effective = object.find_number("effective"),
                       .stalls = object.find_number("stalls"),
                       .excluded_stall = object.find_number("excludedStall"),
                       .needed_seconds = object.find_number("neededSeconds"),
                       .decided_at = integer_of(object, "decidedAt"),
                       .evidence = evidence_of(object.at("evidence")),
                       .reason = object.at("reason").text(),
                       .gate = flag_of(object, "gate", true)};
  if (const auto samples = object.find("samples")) check.samples = samples->integer();
  return check;
}

Objective objective_of(const DocumentReader& object) {
  Objective objective{.metric = object.at("metric").text(),
                      .upper = object.find_number("upper"),
                      .lower = object.find_number("lower"),
                      .relative_upper = object.find_text("relativeUpper"),
                      .relative_lower = object.find_text("relativeLower"),
                      .line = object.at("line").small_integer(),
                      .relative_to = object.find_text("relativeTo").value_or(""),
                      .confidence = object.find_number("confidence"),
                      .alpha = interval_of(object, "alpha"),
                      .gate = flag_of(object, "gate", true),
                      .key = flag_of(object, "key", false),
                      .weight = object.find_number("weight").value_or(1),
                      .versions = {}};
  if (const auto line = object.find("taskLine")) objective.task_line = line->small_integer();
  for (const DocumentReader& item : object.at("versions").items())
    objective.versions.push_back(objective_check_of(item));
  return objective;
}

std::size_t version_of(const DocumentReader& place, const Result& result) {
  const std::optional<std::size_t> version = find_version(result.versions, place.text());
  if (!version) place.fail("one of the versions " + base::join(result.versions, ", "));
  return *version;
}

std::vector<std::size_t> versions_of(const DocumentReader& list, const Result& result) {
  std::vector<std::size_t> versions;
  for (const DocumentReader& item : list.items()) versions.push_back(version_of(item, result));
  return versions;
}

Direction direction_of(const DocumentReader& place) {
  return choice_of(place, {Direction::high, Direction::low});
}

RewardCheck reward_check_of(const DocumentReader& object) {
  return {.value = object.find_number("value"),
          .interval = interval_of(object, "interval"),
          .probability_best = object.find_number("probabilityBest"),
          .expected_loss = object.find_number("expectedLoss"),
          .lift = object.find_number("lift"),
          .lift_interval = interval_of(object, "liftInterval"),
          .probability_beats_baseline = object.find_number("probabilityBeatsBaseline")};
}

MetricComparison comparison_of(const DocumentReader& object) {
  MetricComparison comparison{.metric = object.at("metric").text(), .direction = {}, .versions = {}};
  if (const auto direction = object.find("direction")) comparison.direction = direction_of(*direction);
  for (const DocumentReader& item : object.at("versions").items())
    comparison.versions.push_back(reward_check_of(item));
  return comparison;
}

Reward reward_of(const DocumentReader& object, const Result& result) {
  Reward reward{.metric = object.at("metric").text(),
                .direction = direction_of(object.at("direction")),
                .versions = {},
                .best = versions_of(object.at("best"), result)};
  if (const auto evidence = object.find("evidence")) reward.evidence = evidence_of(*evidence);
  for (const DocumentReader& item : object.at("versions").items())
    reward.versions.push_back(reward_check_of(item));
  return reward;
}

Winner winner_of(const DocumentReader& object, const Result& result) {
  Winner winner{.found = object.at("found").boolean(),
                .version = {},
                .best = versions_of(object.at("best"), result),
                .recommended = version_of(object.at("recommended"), result),
                .reason = object.at("reason").text()};
  if (const auto version = object.find("version")) winner.version = version_of(*version, result);
  return winner;
}

Look look_of(const DocumentReader& object, const Result& result) {
  Look look{.line = object.at("line").small_integer(),
            .iteration = object.at("iteration").small_integer(),
            .verdict = verdict_of(object.at("verdict"))};
  if (const auto winner = object.find("winner")) look.winner = version_of(*winner, result);
  for (const DocumentReader& versions : object.at("evidence").items()) {
    auto& objective = look.objectives.emplace_back();
    for (const DocumentReader& version : versions.items()) {
      const std::vector<DocumentReader> sides = version.items();
      if (sides.size() != 2) version.fail("two numbers");
      objective.push_back({.log_pass = sides[0].number(), .log_fail = sides[1].number()});
    }
  }
  return look;
}

void read_decisions(const DocumentReader& object, const Result& result, Assessment& assessment) {
  for (const DocumentReader& item : object.find_items("scores"))
    assessment.scores.push_back(
        {.value = item.at("value").number(), .verdict = verdict_of(item.at("verdict"))});
  for (const DocumentReader& item : object.find_items("comparisons"))
    assessment.comparisons.push_back(comparison_of(item));
  for (const DocumentReader& item : object.find_items("indicators"))
    assessment.indicators.push_back(item.text());
  for (const DocumentReader& item : object.find_items("looks"))
    assessment.looks.push_back(look_of(item, result));
}

Assessment assessment_of(const DocumentReader& object, const Result& result) {
  Assessment assessment;
  assessment.verdict = verdict_of(object.at("verdict"));
  assessment.pattern = object.at("pattern").text();
  for (const DocumentReader& item : object.at("slos").items())
    assessment.objectives.push_back(objective_of(item));
  for (const DocumentReader& item : object.at("rewards").items())
    assessment.rewards.push_back(reward_of(item, result));
  if (const auto winner = object.find("winner")) assessment.winner = winner_of(*winner, result);
  if (const auto weights = object.find("weights"))
    for (const auto& [name, weight] : weights->entries())
      assessment.weights.push_back(weight.small_integer());
  assessment.warnings = warnings_of(object);
  read_decisions(object, result, assessment);
  return assessment;
}

void check_schema(const DocumentReader& document) {
  const std::string schema = document.at("schema").text();
  if (schema == kResultSchema) return;
  const bool is_newer = schema.starts_with("iter8/result/");
  document.at("schema").fail(std::string(kResultSchema) +
                             (is_newer ? " (it was written by a newer iter8)" : ""));
}

}  // namespace

Result from_document(const Json& document) {
  const DocumentReader root(document);
  check_schema(root);

  Result result;
  result.iter8_version = root.at("iter8Version").text();
  result.start = time_of(root.at("startTime"));
  result.id = root.find_text("id").value_or("");
  if (const auto end = root.find("endTime")) result.end = time_of(*end);

  const DocumentReader experiment = root.at("experiment");
  result.experiment_name = experiment.at("name").text();
  result.file = experiment.at("file").text();
  result.digest = experiment.at("digest").text();
  result.declared_objectives = experiment.at("objectives").small_integer();
  if (experiment.find_text("spelling") == "native") result.spelling = FileSpelling::native;
  for (const DocumentReader& name : experiment.at("versions").items()) result.versions.push_back(name.text());

  result.num_tasks = root.at("numTasks").small_integer();
  result.num_completed_tasks = root.at("numCompletedTasks").small_integer();
  result.num_loops = root.at("numLoops").small_integer();
  result.failure = root.at("failure").boolean();
  result.interrupted = root.find_text("interrupted").value_or("");
  if (const auto running = root.find("running")) result.running = running_step_of(*running);
  result.merged = flag_of(root, "merged", false);
  for (const DocumentReader& wall : root.find_items("walls")) result.walls.push_back(wall.text());
  result.traffic = percents_of(root, "traffic");
  for (const DocumentReader& item : root.at("tasks").items()) result.executions.push_back(execution_of(item));
  for (const DocumentReader& item : root.find_items("firstReadings"))
    result.first_readings.push_back(first_reading_of(item));

  const std::optional<DocumentReader> insights = root.find("insights");
  if (!insights) return result;
  for (const auto& [name, object] : insights->at("metrics").entries())
    result.metrics.emplace(name, series_of(name, object, result.versions.size()));
  for (const DocumentReader& item : insights->find_items("series"))
    result.series.push_back(load_series_of(item, result.versions.size()));
  if (const auto assessment = insights->find("assessment"))
    result.assessment = assessment_of(*assessment, result);
  return result;
}

}  // namespace iter8::experiment
