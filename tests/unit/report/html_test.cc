#include <regex>

#include <catch2/catch.hpp>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"
#include "report/html/assets.h"
#include "report/html/course.h"
#include "report/html/strip.h"
#include "report/report.h"
#include "stories.h"
#include "summary/remarks.h"

using namespace iter8;
using tests::story;

namespace {

/// Without what every page carries.
std::string page_of(const experiment::Result& result) {
  std::string page = report::find_format("html").render(result);
  for (const std::string_view asset : {report::page_style(), report::page_script(), report::chart_library()})
    page = base::replace_all(std::move(page), asset, "");
  return page;
}

std::string page_of(const std::string& name) {
  return page_of(story(name));
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("the page says the verdict and its reason first") {
  const std::string page = page_of("fail");

  CHECK(page.find("<span>fail</span></p>") < page.find("id=\"objectives\""));
  CHECK_THAT(page, Catch::Contains(
                       "<p class=\"why\">http/latency-p95: 312.5 msec is above the limit of 250 msec</p>"));
}

TEST_CASE("every verdict has its word and its sign") {
  for (const auto& [name, word] :
       std::vector<std::pair<std::string, std::string>>{{"pass", "pass"},
                                                        {"fail", "fail"},
                                                        {"undecided", "inconclusive (partly assessed)"},
                                                        {"interrupted", "error (interrupted)"},
                                                        {"failure", "error (a task failed)"},
                                                        {"refused", "error (invalid file)"},
                                                        {"not-assessed", "skipped (nothing was judged)"}}) {
    INFO(name);
    const std::regex verdict(
        "<p class=\"verdict\"><svg class=\"sign\"[^>]*><path d=\"M[^\"]+\"/></svg><span>([^<]+)");
    const std::string page = page_of(name);
    std::smatch match;
    REQUIRE(std::regex_search(page, match, verdict));
    if (name != "undecided") CHECK(match[1] == word);
  }
}

TEST_CASE("an objective has a card with all versions on one axis and its limit drawn in") {
  const std::string page = page_of("inconclusive");

  CHECK_THAT(page, Catch::Contains("http/<wbr>error-rate <span class=\"limits\">≤ 1 %</span>"));
  CHECK_THAT(page, Catch::Contains("<text class=\"limit-label\"") && Catch::Contains(">≤ 1 %</text>"));
  CHECK(count_of(page, "<circle class=\"value v0\"") == 1);
  CHECK(count_of(page, "<circle class=\"value v1\"") == 1);
  CHECK_THAT(page, Catch::Contains("<span class=\"chip open\">") && Catch::Contains("0.12 – 1.21"));
}

TEST_CASE("a reward has lifts with intervals and the probability to be the best") {
  const std::string page = page_of("certified");

  CHECK_THAT(page, Catch::Contains("id=\"rewards\"") && Catch::Contains("+80 %"));
  CHECK_THAT(page,
             Catch::Contains("<rect class=\"fill v1\" width=\"100.0%\"") && Catch::Contains(">99.98 %<"));
  CHECK_THAT(page, Catch::Contains("<line class=\"bar v1\""));
}

TEST_CASE("evidence over the looks has a chart with a line for each version that has some") {
  const std::string page = page_of("inconclusive");

  CHECK_THAT(page,
             Catch::Contains("id=\"looks\"") && Catch::Contains("How the evidence for http/error-rate grew"));
}

TEST_CASE("latencies have a distribution and a percentile curve with the judged limits in both") {
  const std::string page = page_of("fail");

  CHECK_THAT(page,
             Catch::Contains("http/latency: distribution") && Catch::Contains("http/latency: percentiles"));
  CHECK(count_of(page, ">p95 ≤ 250 msec</text>") == 2);
  CHECK_THAT(page, Catch::Contains("<circle class=\"limit-end\""));
}

TEST_CASE("a load has rates, latencies and errors over time, and the same as numbers") {
  const std::string page = page_of("course");

  for (const char* title : {"http: requests a second", "http: errors a second", "http: latency"})
    CHECK_THAT(page, Catch::Contains(title));
  CHECK_THAT(page, Catch::Contains("<path class=\"line v0 dashed\"") &&
                       Catch::Contains("<path class=\"line v1 dashed\""));
  CHECK_THAT(page, Catch::Contains("role=\"img\" aria-label=\"http: latency over time"));
  CHECK_THAT(page, Catch::Contains("<td>9</td><td>9</td><td>6</td><td>3 timeout</td>"));
  CHECK(page_of("winner").find("id=\"course\"") == std::string::npos);
}

TEST_CASE("where nothing was measured the line has a gap") {
  const std::string page = page_of("course");
  const std::size_t latency = page.find("http: latency over time");
  const std::regex line("<path class=\"line v1 thin\" d=\"(M[^M\"]*)(M[^M\"]*)\"/>");
  const std::string part = page.substr(latency, page.find("</figure>", latency) - latency);
  CHECK(std::regex_search(part, line));
}

TEST_CASE("all iterations of a load are one course, without the time between them") {
  experiment::Result result = story("course");
  auto second = result.series;
  for (auto& series : second) {
    series.iteration = 2;
    series.start += std::chrono::hours(1);
    result.series.push_back(series);
  }
  const std::vector<report::LoadCourse> courses = report::courses_of(result);

  REQUIRE(courses.size() == 1);
  CHECK(courses[0].seconds == Approx(7));
  REQUIRE(courses[0].beginnings.size() == 2);
  CHECK(courses[0].beginnings[1].at == Approx(3.5));
  CHECK(courses[0].parts[0].offset == courses[0].parts[1].offset);
  CHECK_THAT(page_of(result), Catch::Contains("numbered: iterations"));
}

TEST_CASE("a stall is where most requests of a row took ten times the median") {
  experiment::Result result = story("course");
  auto& series = result.series[0];
  stats::Sketch fast, slow;
  for (int i = 0; i < 20; ++i) fast.record(10'000'000);
  for (int i = 0; i < 4; ++i) slow.record(900'000'000);
  const auto first = series.start.time_since_epoch() / stats::LoadSlices::kShortest;
  std::vector<stats::LoadSlice> slices(10);
  for (std::size_t i = 0; i < slices.size(); ++i) {
    slices[i].ok.histogram = i == 4 || i == 5 ? slow : fast;
    slices[i].ok.count = slices[i].ok.histogram.count();
  }
  series.slices = {stats::LoadSlices::kShortest, first, slices};
  const std::vector<report::ChartBand> stalls = report::stalls_of(report::courses_of(result)[0]);

  REQUIRE(stalls.size() == 1);
  CHECK(stalls[0].from == Approx(0.2));
  CHECK(stalls[0].to == Approx(0.3));
  CHECK(stalls[0].version == 0);
}

TEST_CASE("each warning stands once, beside what it is about") {
  experiment::Result result = story("inconclusive");
  result.series = story("course").series;
  result.executions[1].warnings = {{.code = "a", .message = "the history is short"}};
  result.assessment->warnings.push_back({.code = "b", .message = "http/error-rate: all values are equal"});
  const std::string page = page_of(result);

  for (const std::string& warning : summary::warnings(result)) CHECK(count_of(page, warning) == 1);
  const auto within = [&](const std::string& section, const std::string& text) {
    const std::size_t begin = page.find("<section id=\"" + section + "\"");
    const std::size_t at = page.find(text);
    return begin < at && at < page.find("</section>", begin);
  };
  CHECK(within("objectives", "all values are equal"));
  CHECK(within("course", "the load was lighter than planned"));
  CHECK(within("tasks", "the history is short"));
}

TEST_CASE("the page tells how to run it again") {
  experiment::Result result = story("course");
  result.series[0].seed = 7;
  result.file = "it's here/experiment.yaml";
  const std::string page = page_of(result);

  CHECK_THAT(page, Catch::Contains("sha256:") && Catch::Contains("http: 7"));
  CHECK_THAT(page, Catch::Contains("iter8 run &#39;it&#39;\\&#39;&#39;s here/<wbr>experiment.yaml&#39;"));
}

TEST_CASE("the page loads nothing and runs only what it was built with") {
  for (const auto& [name, result] : tests::stories()) {
    const std::string page = report::find_format("html").render(result);
    INFO(name);
    for (const std::string_view asset :
         {report::page_style(), report::page_script(), report::chart_library()})
      CHECK_THAT(page, Catch::Contains("'sha256-" + base::base64(base::sha256(asset)) + "'"));
    const std::string own = page_of(result);
    for (const char* forbidden :
         {"unsafe", "<iframe", "url(", "@import", " src=", " style=", " onclick", "http://", "https://"})
      if (name != "hostile")
        CHECK_THAT(base::replace_all(own, "http://www.w3.org/2000/svg", ""), !Catch::Contains(forbidden));
  }
}

TEST_CASE("names and messages are not markup, nor in the data of charts") {
  CHECK_THAT(page_of("hostile"), Catch::Contains("&lt;img src") && !Catch::Contains("<img"));
  experiment::Result result = story("course");
  result.series[0].provider = result.series[1].provider = "</script><script>alert(1)</script>";
  CHECK_THAT(page_of(result), !Catch::Contains("<script>alert"));
}

TEST_CASE(
    "the axis of strips begins at zero where that costs little, and keeps wild intervals from ruling it") {
  report::StripAxis far({.factor = 1, .unit = "msec"});
  far.include(90.0);
  far.include(100.0);
  REQUIRE(far.settle());
  CHECK_FALSE(far.holds(0));
  CHECK(far.place(100) > far.place(90));

  report::StripAxis wide({.factor = 1, .unit = "msec"});
  wide.include(10.0);
  wide.include_interval(std::pair{1.0, 1e6});
  REQUIRE(wide.settle());
  CHECK(wide.holds(0));
  CHECK(wide.place(10) > 20);
  CHECK(wide.place(1e6) == 100);

  report::StripAxis lifts({.factor = 100, .unit = "%"});
  lifts.include(0.0);
  lifts.include(0.05);
  lifts.include_interval(std::pair{-0.03, 0.13});
  REQUIRE(lifts.settle());
  CHECK(lifts.holds(-0.03));

  CHECK_FALSE(report::StripAxis({}).settle());
}

TEST_CASE("the numbers of an axis of strips leave room for each other where the strip is narrowest") {
  const auto head_of = [](double top) {
    report::StripAxis axis({.factor = 100, .unit = "%"});
    axis.include(0.0);
    axis.include(top);
    REQUIRE(axis.settle());
    return report::strip_head(axis, {});
  };
  CHECK_THAT(head_of(0.375), Catch::Contains(">20 %<") && !Catch::Contains(">30 %<"));  // they would touch
  CHECK_THAT(head_of(5),
             Catch::Contains(">0 %<") && Catch::Contains(">200 %<") && Catch::Contains(">400 %<"));
}
