#include "report/run_summary.h"

#include <cstdlib>
#include <fstream>

#include <catch2/catch.hpp>

#include "base/file.h"
#include "base/text.h"
#include "stories.h"
#include "summary/numbers.h"

using namespace iter8;
using report::TextStyle;
using tests::story;

namespace {

const std::filesystem::path kGoldenSummaries = ITER8_SUMMARY_DIRECTORY;

std::string summary_of(const experiment::Result& result, const TextStyle& style) {
  return report::run_summary(result, style, "result.yaml");
}

// After a wanted change: ITER8_UPDATE_GOLDEN=1 unit_report, then read the difference.
void check_golden(const std::string& name, const std::string& text) {
  const auto file = kGoldenSummaries / (name + ".txt");
  if (std::getenv("ITER8_UPDATE_GOLDEN")) std::ofstream(file) << text;
  INFO(file);
  CHECK(text == base::read_file(file, 1 << 20));
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  for (const std::string& line : base::split(text, '\n'))
    widest = std::max(widest, report::display_width(line));
  return widest;
}

}  // namespace

TEST_CASE("summaries are the golden ones") {
  for (const auto& [name, result] : tests::stories()) check_golden(name, summary_of(result, {.columns = 80}));
  check_golden("inconclusive.40", summary_of(story("inconclusive"), {.columns = 40}));
  check_golden("certified.200", summary_of(story("certified"), {.columns = 200}));
  check_golden("winner.ascii",
               summary_of(story("winner"), {.columns = 80, .charset = report::Charset::ascii}));
  check_golden("fail.color", summary_of(story("fail"), {.columns = 80, .colors = report::Colors::ansi}));
}

TEST_CASE("a summary begins with the sign and the word of the verdict, and is ASCII where the place is") {
  const auto first_line = [](const char* name, report::Charset charset) {
    return base::split(summary_of(story(name), {.charset = charset}), '\n').front();
  };
  CHECK(first_line("pass", report::Charset::utf8).starts_with("✓ pass: "));
  CHECK(first_line("fail", report::Charset::utf8).starts_with("✗ fail: "));
  CHECK(first_line("inconclusive", report::Charset::utf8).starts_with("? inconclusive: "));
  CHECK(first_line("not-assessed", report::Charset::utf8).starts_with("– skipped: "));
  CHECK(first_line("pass", report::Charset::ascii).starts_with("+ pass: "));
  CHECK(first_line("fail", report::Charset::ascii).starts_with("x fail: "));
  for (const auto& [name, result] : tests::stories())
    for (const char letter : summary_of(result, {.charset = report::Charset::ascii}))
      CHECK(static_cast<unsigned char>(letter) < 0x80);
}

TEST_CASE("a doubtful measurement is said beside the verdict, with the reason below it") {
  experiment::Result result = story("pass");
  result.executions[0].warnings = {{.code = "degraded", .message = "the generator was late"}};
  CHECK(summary_of(result, {})
            .starts_with(
                "✓ pass (degraded): every objective is satisfied\n  degraded: the generator was late\n"));
}

TEST_CASE("a summary fits every width, and no number is cut") {
  for (const char* name :
       {"pass", "fail", "winner", "inconclusive", "certified", "undecided", "interrupted"}) {
    const experiment::Result result = story(name);
    for (std::size_t columns = 40; columns <= 200; ++columns) {
      const std::string text = summary_of(result, {.columns = columns});
      INFO(name << " in " << columns << " columns:\n" << text);
      CHECK(widest_line(text) <= columns);
      if (!result.assessment) continue;
      for (const auto& objective : result.assessment->objectives)
        for (const auto& check : objective.versions)
          CHECK(text.find(summary::metric_quantity(*check.value, metric_info(result, objective.metric))) !=
                std::string::npos);
    }
  }
}

TEST_CASE("colours change nothing but colours") {
  for (const auto& [name, result] : tests::stories()) {
    std::string colored = summary_of(result, {.columns = 80, .colors = report::Colors::ansi});
    CHECK(colored.find("\x1b[") != std::string::npos);
    for (const char* code : {"\x1b[32m", "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"})
      colored = base::replace_all(colored, code, "");
    CHECK(colored == summary_of(result, {.columns = 80}));
  }
}

TEST_CASE("of more objectives than a screen has, the missed ones are shown and the rest is counted") {
  experiment::Result result = story("pass");
  experiment::Objective met = result.assessment->objectives[0];
  experiment::Objective missed = story("fail").assessment->objectives[0];
  for (int i = 0; i < 40; ++i) result.assessment->objectives.push_back(met);
  result.assessment->objectives.push_back(missed);
  result.assessment->verdict = experiment::Verdict::fail;
  const std::string text = summary_of(result, {.columns = 80});
  INFO(text);
  CHECK(text.find("✗  http/latency-p95") != std::string::npos);
  CHECK(text.find("and 31 more that are met") != std::string::npos);
  CHECK(base::split(text, '\n').size() < 24);
}

TEST_CASE("a run that judges nothing shows its indicators with intervals and how the versions compare") {
  experiment::Result result = story("not-assessed");
  result.versions = {"old", "new"};
  experiment::MetricComparison comparison{.metric = "shop/time", .direction = {}, .versions = {}};
  comparison.versions.push_back({.value = 10, .interval = std::pair{9.0, 11.0}, .probability_best = 0.25});
  comparison.versions.push_back(
      {.value = 8, .interval = std::pair{7.0, 9.0}, .probability_best = 0.75, .lift = -0.2});
  result.assessment = experiment::Assessment{.comparisons = {comparison}};
  const std::string text = summary_of(result, {});
  CHECK_THAT(text, Catch::Contains("7 to 9"));
  CHECK_THAT(text, Catch::Contains("-20 %"));
  CHECK_THAT(text, Catch::Contains("0.75"));
  result.assessment->objectives.push_back({.metric = "shop/time", .upper = 20});
  CHECK_THAT(summary_of(result, {}), !Catch::Contains("-20 %"));
}

TEST_CASE("without a result file no command is named that would need one") {
  const std::string text = report::run_summary(story("pass"), {}, "");
  CHECK(text.find("iter8 report") == std::string::npos);
  CHECK(report::run_summary(story("pass"), {}, "a b.yaml").find("iter8 report --result 'a b.yaml'") !=
        std::string::npos);
}
