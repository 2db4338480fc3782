#include "report/report.h"

#include <cstdlib>
#include <fstream>
#include <regex>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "report/html/assets.h"
#include "report/older_text.h"
#include "report/tables.h"
#include "report/text_report.h"
#include "stories.h"

using namespace iter8;

namespace {

const std::filesystem::path kGolden = ITER8_GOLDEN_DIRECTORY;

std::string extension_of(std::string_view format) {
  if (format == "text") return "txt";
  return format == "markdown" ? "md" : std::string(format);
}

/// A report without what each HTML page carries from the build: style, scripts, and their digests.
std::string without_assets(std::string report) {
  for (const std::string_view asset : {report::page_style(), report::page_script(), report::chart_library()})
    report = base::replace_all(std::move(report), asset, "…");
  return std::regex_replace(report, std::regex("'sha256-[^']*'"), "'sha256-…'");
}

}  // namespace

// After a wanted change: ITER8_UPDATE_GOLDEN=1 unit_report, then read the difference.
TEST_CASE("reports are the golden ones") {
  for (const auto& [name, result] : tests::stories()) {
    for (const report::Format& format : report::formats()) {
      const auto file = kGolden / (name + "." + extension_of(format.name));
      const std::string rendered = without_assets(format.render(result));
      if (std::getenv("ITER8_UPDATE_GOLDEN")) std::ofstream(file) << rendered;
      INFO(file);
      CHECK(rendered == base::read_file(file, 1 << 20));
    }
  }
}

TEST_CASE("the older report keeps its order and words") {
  for (const auto& [name, result] : tests::stories()) {
    const auto file = kGolden / (name + ".older.txt");
    const std::string rendered = report::older_text(result, report::Scope::everything);
    if (std::getenv("ITER8_UPDATE_GOLDEN")) std::ofstream(file) << rendered;
    INFO(file);
    CHECK(rendered == base::read_file(file, 1 << 20));
  }
}

TEST_CASE("metrics of the generator are shown when they are asked for, or when an objective names them") {
  experiment::Result result = tests::story("fail");
  CHECK(report::text_report(result, {}, "").find("lateness") == std::string::npos);
  CHECK(report::older_text(result, report::Scope::application).find("lateness") == std::string::npos);
  CHECK(report::text_report(result, {.scope = report::Scope::everything}, "").find("lateness") !=
        std::string::npos);
  result.metrics["http/worker-cpu"] = result.metrics["http/lateness-p99"];
  CHECK(report::metric_names(result).count("http/worker-cpu") == 0);
  result.assessment->objectives[0].metric = "http/worker-cpu";
  CHECK(report::metric_names(result).count("http/worker-cpu") == 1);
}

TEST_CASE("every report of every story is printable UTF-8") {
  for (const auto& [name, result] : tests::stories()) {
    for (const report::Format& format : report::formats()) {
      const std::string rendered = format.render(result);
      INFO(name << " as " << format.name);
      CHECK(base::is_utf8(rendered));
      CHECK(rendered.find('\x1b') == std::string::npos);
      CHECK(rendered.back() == '\n');
    }
  }
}

TEST_CASE("an unknown format names the known ones") {
  CHECK(report::find_format("markdown").name == "markdown");
  CHECK_THROWS_AS(report::find_format("jsn"), base::UsageError);
  CHECK_THROWS_WITH(report::find_format("jsn"),
                    Catch::Contains("text, markdown, json") && Catch::Contains("'json'"));
}
