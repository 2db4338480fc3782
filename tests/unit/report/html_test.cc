#include <catch2/catch.hpp>

#include "report/report.h"
#include "stories.h"

using namespace iter8;

namespace {

std::string page_of(const std::string& story) {
  for (const auto& [name, result] : tests::stories())
    if (name == story) return report::find_format("html").render(result);
  FAIL("no story " << story);
  return {};
}

}  // namespace

TEST_CASE("the page says the verdict first and shows objectives and plots") {
  const std::string page = page_of("fail");

  CHECK(page.find("<h1>load-test <span class=\"verdict bad\">fail</span></h1>") < page.find("Objectives"));
  CHECK_THAT(page, Catch::Contains("312.5 msec is above the limit of 250 msec"));
  CHECK_THAT(page, Catch::Contains("<svg ") && Catch::Contains("<polyline class=\"line v0\""));
}

TEST_CASE("the page shows how a load went over time, versions side by side, and the same as numbers") {
  const std::string page = page_of("course");

  CHECK_THAT(
      page, Catch::Contains("<figcaption>http: requests a second (answered; thin: sent; dashed: asked for)"));
  CHECK_THAT(page, Catch::Contains("<figcaption>http: errors a second"));
  CHECK_THAT(page, Catch::Contains("<figcaption>http: latency (p50; dashed: p95; dotted: p99)"));
  CHECK_THAT(page, Catch::Contains("polyline class=\"line v0 dashed\"") &&
                       Catch::Contains("polyline class=\"line v1 dashed\""));
  CHECK_THAT(page, Catch::Contains("role=\"img\"><title>http: latency over time"));
  CHECK_THAT(page, Catch::Contains("<details><summary>The same as numbers</summary>"));
  CHECK_THAT(page, Catch::Contains("<td>9</td><td>9</td><td>6</td><td>3 timeout</td>"));
  CHECK(page_of("winner").find("Over time") == std::string::npos);
}

TEST_CASE("where nothing was measured the line has a gap") {
  const std::string page = page_of("course");
  const std::string p50 = "<polyline class=\"line v1 \" points=";
  const std::size_t latency = page.find("http: latency over time");
  std::size_t lines = 0;
  for (std::size_t at = page.find(p50, latency); at != std::string::npos; at = page.find(p50, at + 1))
    ++lines;
  CHECK(lines == 2);
}

TEST_CASE("the page loads nothing and runs nothing") {
  for (const auto& [name, result] : tests::stories()) {
    const std::string page = report::find_format("html").render(result);
    INFO(name);
    for (const char* forbidden : {"<script", "<link", "<iframe", "url(", "@import"})
      CHECK_THAT(page, !Catch::Contains(forbidden));
  }
}

TEST_CASE("names and messages are not markup") {
  const std::string page = page_of("hostile");

  CHECK_THAT(page, Catch::Contains("&lt;img src"));
  CHECK_THAT(page, !Catch::Contains("<img"));
}
