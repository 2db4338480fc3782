#include "experiment/result/result_document.h"

#include <filesystem>
#include <fstream>
#include <limits>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "tests/unit/experiment/scene.h"

using namespace iter8;
using namespace iter8::experiment;

namespace {

const std::vector<std::string> kHostile{"",
                                        " ",
                                        "yes",
                                        "No",
                                        "true",
                                        "null",
                                        "~",
                                        "1.0",
                                        "1e5",
                                        "0x1f",
                                        "1:30",
                                        "2026-01-01",
                                        ": ",
                                        "a: b",
                                        "#",
                                        "a # b",
                                        "- a",
                                        "[a]",
                                        "{a}",
                                        "*a",
                                        "&a",
                                        "!a",
                                        "|",
                                        ">",
                                        "%a",
                                        "@a",
                                        "`a`",
                                        "\"a\"",
                                        "'a'",
                                        "a\nb",
                                        "a\r\nb",
                                        "\ttab",
                                        " leading",
                                        "trailing ",
                                        "a\\b",
                                        "\x01\x1f",
                                        "\x7f",
                                        "µs",
                                        "日本語",
                                        "😀",
                                        "\xc2\x85",
                                        "\xe2\x80\xa8",
                                        "\xef\xbb\xbfmark",
                                        "\xef\xbf\xbe",
                                        "---",
                                        "...",
                                        "? a",
                                        "<<",
                                        "=",
                                        std::string(300, 'x'),
                                        "a  b",
                                        "y",
                                        "off",
                                        ".inf",
                                        "+10%",
                                        "text, more"};

/// A scratch file that is gone with the test.
class Scratch {
 public:
  Scratch()
      : path_(std::filesystem::temp_directory_path() / ("iter8-result-" + std::to_string(::getpid()))) {}
  ~Scratch() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void fill_metrics(Result& result) {
  const auto add = [&result](const std::string& name, MetricKind kind, MetricData data) {
    MetricSeries series{.info = {name, kind, "msec", "About " + name}, .versions = {{}, {}}};
    series.versions[0].push_back({.iteration = 1,
                                  .data = std::move(data),
                                  .window = std::chrono::milliseconds(20500),
                                  .query = "sum(x)",
                                  .samples = 3});
    result.metrics.emplace(name, std::move(series));
  };
  add("http/request-count", MetricKind::counter, 100.0);
  add("http/latency-mean", MetricKind::gauge, 0.1 + 0.2);
  add("http/errors", MetricKind::proportion, Proportion{3, 100});
  add("shop/summary", MetricKind::summary,
      SampleSummary{
          .count = 5, .mean = 1.5, .variance = 1e-7, .min = -1e300, .max = 1e300, .skewness = std::nullopt});
  add("http/latency", MetricKind::histogram,
      BucketCounts{{{0, 1.5, 7}, {1.5, std::numeric_limits<double>::infinity(), 1}}});
  result.metrics["shop/summary"].awaited = {"", "the answer is empty"};
  add("grpc/latency", MetricKind::samples, Samples{{1, 2.25, 1e-5, 1e22}});
}

void fill_assessment(Result& result) {
  Assessment& assessment = result.assessment.emplace();
  assessment.verdict = Verdict::inconclusive;
  assessment.pattern = "canary";
  assessment.objectives.push_back(
      {.metric = "http/latency-mean", .upper = 100, .relative_lower = "-10%", .line = 12});
  assessment.objectives[0].versions.push_back({.value = 12.1,
                                               .limit = 100,
                                               .satisfied = true,
                                               .verdict = Verdict::pass,
                                               .samples = 1000,
                                               .probability = 0.9999,
                                               .interval = std::pair{11.0, 13.9},
                                               .log_evidence_pass = 3.5,
                                               .log_evidence_fail = -2.5,
                                               .evidence = EvidenceMode::fixed,
                                               .reason = ""});
  assessment.objectives[0].versions.push_back({.reason = "nothing was measured"});
  assessment.rewards.push_back(
      {.metric = "shop/orders", .direction = Direction::low, .versions = {}, .best = {1}});
  assessment.rewards[0].versions.push_back({.value = 3,
                                            .interval = std::pair{1.0, 5.0},
                                            .probability_best = 0.25,
                                            .expected_loss = 0.5,
                                            .lift = -0.125,
                                            .lift_interval = std::pair{-1.0, 1.0},
                                            .probability_beats_baseline = 0.75});
  assessment.comparisons = {{.metric = "http/latency-mean",
                             .direction = Direction::low,
                             .versions = {{.value = 12.1, .interval = std::pair{11.0, 13.9}},
                                          {.value = 12.3, .probability_best = 0.4}}},
                            {.metric = "shop/users", .direction = {}, .versions = {{.value = 3}}}};
  assessment.winner =
      Winner{.found = true, .version = 1, .best = {1}, .recommended = 1, .reason = "it is better"};
  assessment.weights = {50, 50};
  assessment.warnings.push_back({.code = "srm", .message = "odd split"});
}

/// A result in which every field differs from its default.
Result full_result() {
  Result result;
  result.iter8_version = "1.0.0";
  result.start = base::WallTime(std::chrono::seconds(1767225600));
  result.end = result.start + std::chrono::seconds(90);
  result.experiment_name = "shop: \"canary\"";
  result.digest = "sha256:abc";
  result.file = "dir/experiment.yaml";
  result.declared_objectives = 1;
  result.num_tasks = 4;
  result.num_completed_tasks = 3;
  result.num_loops = 2;
  result.failure = true;
  result.interrupted = "SIGTERM";
  result.versions = {"stable", "yes"};
  result.executions.push_back({.section = Section::finally,
                               .index = 1,
                               .iteration = 2,
                               .task = "http",
                               .name = "gate",
                               .status = ExecutionStatus::interrupted,
                               .start = result.start,
                               .seconds = 12.5,
                               .message = "stopped",
                               .verdict = Verdict::fail,
                               .warnings = {{.code = "until", .message = "m"}}});
  fill_metrics(result);
  fill_assessment(result);
  return result;
}

}  // namespace

TEST_CASE("A result that was written and read back has the same document") {
  const Json document = to_document(full_result());
  CHECK(to_document(from_document(document)) == document);
  CHECK(to_document(from_document(to_document(Result{}))) == to_document(Result{}));
}

TEST_CASE("The document has the keys of the schema in their order") {
  const Json document = to_document(full_result());
  std::vector<std::string> keys;
  for (const auto& [key, value] : document.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"schema", "iter8Version", "startTime", "endTime", "experiment",
                                         "numTasks", "numCompletedTasks", "numLoops", "failure",
                                         "interrupted", "tasks", "insights"});
  CHECK(document["schema"] == "iter8/result/v1");
  CHECK(document["insights"]["metrics"]["http/request-count"]["values"] == Json::parse("[100, null]"));
  CHECK_FALSE(document["insights"]["metrics"]["http/latency"].contains("values"));
  CHECK(document["insights"]["assessment"]["winner"]["version"] == "yes");
}

TEST_CASE("The step that is being executed is kept") {
  Result result = full_result();
  result.running =
      RunningStep{.section = Section::finally, .index = 2, .iteration = 0, .start = result.start};
  const Json document = to_document(result);
  CHECK(document["running"] == Json::parse(R"({"section": "finally", "index": 2, "iteration": 0,
                                               "startTime": "2026-01-01T00:00:00Z"})"));
  CHECK(to_document(from_document(document)) == document);
}

TEST_CASE("What tasks read before the first one is kept until they have run") {
  Result result = full_result();
  result.first_readings = {
      {.section = Section::tasks, .index = 1, .iteration = 2, .time = result.start, .text = "r 5"}};
  const Json document = to_document(result);
  CHECK(document["firstReadings"] == Json::parse(R"([{"section": "tasks", "index": 1, "iteration": 2,
                                                      "time": "2026-01-01T00:00:00Z", "text": "r 5"}])"));
  CHECK(to_document(from_document(document)) == document);
}

TEST_CASE("The spelling of the file and remarks are kept, and without them older rules hold") {
  Result result = full_result();
  CHECK(from_document(to_document(result)).spelling == FileSpelling::older);
  result.spelling = FileSpelling::native;
  result.assessment->objectives.at(0).versions.at(0).gate = false;
  const Result read = from_document(to_document(result));
  CHECK(read.spelling == FileSpelling::native);
  CHECK_FALSE(read.assessment->objectives.at(0).versions.at(0).gate);
  CHECK(read.assessment->objectives.at(0).versions.at(1).gate);
}

TEST_CASE("The probability that a version meets everything stands beside the versions that it is known of") {
  const Json assessment = to_document(full_result())["insights"]["assessment"];
  CHECK(assessment["probabilityAllMet"] == Json::parse("[0.9999, null]"));
  CHECK(assessment["comparisons"][0]["direction"] == "low");
  CHECK_FALSE(assessment["comparisons"][1].contains("direction"));
}

TEST_CASE("There are no insights before there is anything to know") {
  Result result;
  result.versions = {"0"};
  const Json document = to_document(result);
  CHECK_FALSE(document.contains("insights"));
  CHECK(from_document(document).versions == std::vector<std::string>{"0"});
}

TEST_CASE("The file reads back as the same document") {
  const Scratch scratch;
  write_result(scratch.path(), full_result(), base::Secrets{});
  CHECK(to_document(read_result(scratch.path())) == to_document(full_result()));
}

TEST_CASE("Hostile texts survive the file") {
  const Scratch scratch;
  for (const std::string& text : kHostile) {
    Result result = full_result();
    result.experiment_name = text;
    result.executions[0].message = text;
    result.versions[1] = "v" + text;
    write_result(scratch.path(), result, base::Secrets{});

    const Result read = read_result(scratch.path());
    CAPTURE(text);
    CHECK(read.experiment_name == text);
    CHECK(read.executions[0].message == text);
    CHECK(read.versions[1] == "v" + text);
  }
}

TEST_CASE("Bytes that no text file can hold become the replacement character") {
  Result result;
  result.file = std::string("a\0b", 3);
  CHECK(to_document(result)["experiment"]["file"] ==
        "a\uFFFD"
        "b");
  result.experiment_name =
      "a\xff"
      "b";
  CHECK(to_document(result)["experiment"]["name"] ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("Numbers are written so that any YAML reader takes them for the same number") {
  const Json document{{"values", {1e-5, 1e22, 0.1 + 0.2, -0.0, 100, 1.5e-7}}};
  CHECK(to_yaml(document) == "values: [1.0e-05, 1.0e+22, 0.30000000000000004, -0.0, 100, 1.5e-07]\n");
}

TEST_CASE("Short parts stand on one line, long ones in a block") {
  const Json document{{"list", {{{"a", 1}, {"b", "x y"}}, {{"a", std::string(300, 'z')}}}},
                      {"nothing", Json::array()}};
  CHECK(to_yaml(document) ==
        "list:\n- {a: 1, b: x y}\n- a: \"" + std::string(300, 'z') + "\"\nnothing: []\n");
}

// YAML has no implicit key of more than 1024 characters (found by fuzzing).
TEST_CASE("A result with very long names is read again") {
  const Scratch scratch;
  Result result = full_result();
  result.versions = {std::string(1500, 'v'), "\"" + std::string(1200, '\x01')};
  write_result(scratch.path(), result, base::Secrets());
  CHECK(to_document(read_result(scratch.path())) == to_document(result));
}

TEST_CASE("No secret is in the written file, and its words stay readable") {
  const Scratch scratch;
  base::Secrets secrets;
  secrets.add("hunter2");
  secrets.add("pass");
  secrets.add("gauge");
  Result result = full_result();
  result.executions[0].message = "Authorization: hunter2";
  result.versions[1] = "hunter2";
  write_result(scratch.path(), result, secrets);

  CHECK(base::read_file(scratch.path(), 1U << 20U).find("hunter2") == std::string::npos);
  const Result read = read_result(scratch.path());
  CHECK(read.executions[0].message == "Authorization: ***");
  CHECK(read.assessment->objectives[0].versions[0].verdict == Verdict::pass);
  CHECK(read.assessment->winner->version == 1U);
}

TEST_CASE("A document of another schema, or with a wrong value, is refused with the key's name") {
  Json document = to_document(full_result());
  document["schema"] = "iter8/result/v2";
  CHECK_THROWS_WITH(from_document(document),
                    Catch::Contains("schema: expected iter8/result/v1 (it was written by a "
                                    "newer iter8), found \"iter8/result/v2\""));
  document = to_document(full_result());
  document["tasks"][0]["status"] = "done";
  CHECK_THROWS_WITH(
      from_document(document),
      "tasks.[0].status: expected one of completed, failed, skipped, interrupted, found \"done\"");
  document = to_document(full_result());
  document.erase("failure");
  CHECK_THROWS_WITH(from_document(document), Catch::Contains("a map with the key 'failure'"));
  CHECK_THROWS_AS(from_document(Json("text")), base::Error);
}

TEST_CASE("Keys of a newer minor version are ignored") {
  Json document = to_document(full_result());
  document["more"] = 1;
  document["tasks"][0]["more"] = {1, 2};
  CHECK(to_document(from_document(document)) == to_document(full_result()));
}

TEST_CASE("A file that is not a result is wrong usage") {
  const Scratch scratch;
  CHECK_THROWS_WITH(read_result(scratch.path()), Catch::Contains("run the experiment first"));
  std::ofstream(scratch.path()) << "tasks: []\n";
  CHECK_THROWS_AS(read_result(scratch.path()), base::UsageError);
  std::ofstream(scratch.path()) << "{[";
  CHECK_THROWS_AS(read_result(scratch.path()), base::UsageError);
}
