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

TEST_CASE("the page loads nothing and runs nothing") {
  for (const auto& [name, result] : tests::stories()) {
    const std::string page = report::find_format("html").render(result);
    INFO(name);
    for (const char* forbidden : {"<script", "<link", "<iframe", "url(", "@import"})
      CHECK_THAT(page, !Catch::Contains(forbidden));
  }
}

TEST_CASE("names and messages are no markup") {
  const std::string page = page_of("hostile");

  CHECK_THAT(page, Catch::Contains("&lt;img src"));
  CHECK_THAT(page, !Catch::Contains("<img"));
}
