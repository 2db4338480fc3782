// What reports say where the verdict does not follow from the objectives of every version.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/report.h"
#include "stories.h"

using namespace iter8;
using namespace iter8::experiment;
using Catch::Contains;
using tests::story;

namespace {

std::string rendered(const Result& result, const std::string& format) {
  return report::find_format(format).render(result);
}

/// A production that is broken, and a candidate that mends it.
Result broken_baseline() {
  Result result = story("winner");
  result.spelling = FileSpelling::native;
  ObjectiveCheck& stable = result.assessment->objectives[0].versions[0];
  stable = {.value = 400,
            .limit = 4.52,
            .verdict = Verdict::fail,
            .reason = "400 msec is above the limit of 4.52 msec",
            .gate = false};
  return result;
}

/// An A/B test in which every objective is met and the baseline is the best.
Result lost() {
  Result result = story("winner");
  result.spelling = FileSpelling::native;
  result.assessment->verdict = Verdict::fail;
  result.assessment->winner =
      Winner{.found = true, .version = 0, .best = {0}, .reason = "'stable' has the highest shop/orders"};
  return result;
}

}  // namespace

TEST_CASE("a broken baseline is a remark in every report of a run that passes") {
  const std::string remark =
      "http/latency-mean of stable: 400 msec is above the limit of 4.52 msec (a remark: the candidates "
      "decide)";
  const Result result = broken_baseline();
  CHECK_THAT(rendered(result, "text"), Catch::StartsWith("✓ pass: ") && Contains(remark));
  // On the page the objective's card has the name of the metric.
  CHECK_THAT(rendered(result, "html"),
             Contains("<span>pass</span></p>") && Contains(remark.substr(remark.find("stable: "))));
  CHECK_THAT(rendered(result, "junit"), Contains("failures=\"0\" errors=\"0\" skipped=\"1\"") &&
                                            Contains("(a remark: the candidates decide)"));
  CHECK_THAT(rendered(result, "dotenv"), Contains("ITER8_VERDICT=pass\n") && Contains("ITER8_SLOS=false\n"));
  CHECK_THAT(rendered(result, "sarif"), !Contains("\"level\": \"error\""));
}

TEST_CASE("a baseline that wins is a failed case, though every objective is met") {
  CHECK_THAT(rendered(lost(), "junit"), Contains("name=\"the verdict is pass\"") &&
                                            Contains("<failure message=\"stable wins (&#39;stable&#39; has "
                                                     "the highest shop/orders)\" type=\"fail\">"));
  Result open = lost();
  open.assessment->verdict = Verdict::inconclusive;
  open.assessment->winner = Winner{.reason = "no winner yet"};
  CHECK_THAT(rendered(open, "junit"), Contains("<skipped message=\"no winner yet\"/>"));
  CHECK_THAT(rendered(open, "junit-strict"), Contains("<failure message=\"no winner yet\""));
  CHECK_THAT(rendered(story("winner"), "junit"), !Contains("the verdict is pass"));
}

TEST_CASE("JSON begins with what a program asks first, in the words of every other output") {
  const auto answers = [](const Result& result) {
    const auto document = nlohmann::ordered_json::parse(rendered(result, "json"));
    std::vector<std::string> keys;
    for (const auto& [key, value] : document.items()) keys.push_back(key);
    keys.resize(4);
    CHECK(keys == std::vector<std::string>{"verdict", "winner", "recommended", "schema"});
    return std::vector{document["verdict"], document["winner"], document["recommended"]};
  };
  using Answers = std::vector<nlohmann::ordered_json>;
  CHECK(answers(broken_baseline()) == Answers{"pass", "candidate", "candidate"});
  CHECK(answers(lost()) == Answers{"fail", "stable", "stable"});
  CHECK(answers(story("inconclusive")) == Answers{"inconclusive", nullptr, "stable"});
  CHECK(answers(story("not-assessed")) == Answers{"skipped", nullptr, nullptr});
  CHECK(answers(story("failure")) == Answers{"error", nullptr, nullptr});
}

TEST_CASE(
    "how versions compare in other metrics, and that all is met, stand in the reports that people read") {
  Result result = story("winner");
  result.assessment->objectives[0].versions[0].probability = 0.97;
  result.assessment->objectives[0].versions[1].probability = 0.91;
  result.assessment->comparisons = {
      {.metric = "http/latency-mean",
       .direction = Direction::low,
       .versions = {
           {.value = 4.11, .interval = std::pair{4.0, 4.2}, .probability_best = 0.93},
           {.value = 4.37, .probability_best = 0.07, .lift = 0.06, .probability_beats_baseline = 0.07}}}};
  for (const std::string format : {"text", "markdown"}) {
    const std::string text = rendered(result, format);
    CHECK_THAT(text, Contains("How the versions compare in other metrics"));
    CHECK_THAT(text, Contains("http/latency-mean (msec), low is better"));
    CHECK_THAT(text, Contains("4 to 4.2"));
    CHECK_THAT(text, Contains("+6 %"));
    CHECK_THAT(text, Contains("P(every objective is met) of candidate"));
    CHECK_THAT(text, Contains("0.91"));
  }
  const std::string page = rendered(result, "html");
  CHECK_THAT(page, Contains("How the versions compare in other metrics") && Contains("low is better"));
  CHECK_THAT(page, Contains("4 – 4.2") && Contains("+6 %"));
  CHECK_THAT(page, Contains("P(every objective is met)") && Contains("<td>91.0 %</td>"));
  CHECK_THAT(rendered(story("winner"), "text"), !Contains("other metrics"));
}

TEST_CASE("the version with the best reward says why it is not the one to take") {
  Result result = story("winner");
  CHECK_THAT(rendered(result, "markdown"),
             !Contains("(did not win)") && !Contains("(violates an objective)"));
  result.assessment->winner = Winner{.found = true, .version = 0, .best = {0}, .reason = "of another kind"};
  CHECK_THAT(rendered(result, "markdown"), Contains("candidate (did not win)"));
  result.assessment->objectives[0].versions[1].verdict = Verdict::fail;
  CHECK_THAT(rendered(result, "markdown"), Contains("candidate (violates an objective)"));
}
