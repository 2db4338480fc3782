#include <algorithm>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/text.h"
#include "entrypoint/ci/github_commands.h"
#include "entrypoint/ci/github_summary.h"

using namespace iter8;
using namespace iter8::experiment;
using summary::Remark;

namespace {

Result with_metrics(std::size_t count) {
  Result result;
  result.versions = {"0"};
  for (std::size_t i = 0; i < count; ++i) {
    MetricSeries series;
    series.info = {.name = "x/" + std::string(80, 'm') + std::to_string(i), .unit = "", .description = ""};
    series.versions = {{{.iteration = 1, .data = 1.0}}};
    result.metrics[series.info.name] = std::move(series);
  }
  return result;
}

}  // namespace

TEST_CASE("each output stands between two lines of the delimiter and ends with a newline") {
  CHECK(ci::github_output_text({{"a", "1"}, {"b", "x\ny"}}, "END") == "a<<END\n1\nEND\nb<<END\nx\ny\nEND\n");
}

TEST_CASE("a value cannot end its output and forge another") {
  CHECK_THROWS_AS(ci::github_output_text({{"a", "x\nEND\nverdict=pass"}}, "END"), base::Error);
}

TEST_CASE("tokens differ from each other") {
  const std::string token = ci::random_token();

  CHECK(token.size() == 38);
  CHECK(token != ci::random_token());
}

TEST_CASE("annotations name file, line and column, with what the runner would misread escaped") {
  const std::vector<Remark> remarks{
      {.subject = "http/error-rate", .message = "50% of 100\n::error::x", .line = 7, .column = 3},
      {.level = Remark::Level::warning, .subject = {}, .message = "odd"}};

  CHECK(ci::github_annotations(remarks, "canary,a:b.yaml") ==
        "::error file=canary%2Ca%3Ab.yaml,line=7,col=3,title=iter8::http/error-rate: 50%25 of "
        "100\\n::error::x\n"
        "::warning file=canary%2Ca%3Ab.yaml,title=iter8::odd\n");
}

TEST_CASE("the tenth annotation of a type counts those that GitHub would drop") {
  const std::vector<Remark> remarks(30, Remark{.subject = "http", .message = "down"});
  const std::string text = ci::github_annotations(remarks, "e.yaml");

  CHECK(std::count(text.begin(), text.end(), '\n') == 10);
  CHECK_THAT(text, Catch::EndsWith("::21 more, listed in the summary of the job\n"));
}

TEST_CASE("secrets are masked line by line, escaped") {
  base::Secrets secrets;
  secrets.add("50%off-secret");

  const std::vector<std::string> lines = ci::github_masks(secrets);
  CHECK(std::find(lines.begin(), lines.end(), "::add-mask::50%25off-secret\n") != lines.end());
}

TEST_CASE("the summary has the verdict first and the link last") {
  const std::string text = ci::step_summary(with_metrics(1), {"slos: yes"}, "https://example.com/run");

  CHECK_THAT(text, Catch::StartsWith("## "));
  CHECK_THAT(text, Catch::Contains("slos: yes"));
  CHECK_THAT(text, Catch::EndsWith("[Artifacts of this run](https://example.com/run)\n"));
}

TEST_CASE("a summary that is too large is cut, says so, closes what is open and keeps its end") {
  const std::string text = ci::step_summary(with_metrics(12000), {"slos: yes"}, "https://example.com/run");

  CHECK(text.size() <= ci::kLongestStepSummary);
  CHECK(text.size() > ci::kLongestStepSummary - 2000);
  CHECK_THAT(text, Catch::Contains("cut off here") && Catch::Contains("</details>"));
  CHECK_THAT(text, Catch::EndsWith("[Artifacts of this run](https://example.com/run)\n"));
}
