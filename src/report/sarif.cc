// SARIF 2.1.0 (OASIS): one run, one result a remark, each at its line of the experiment file.
#include <array>

#include "base/text.h"
#include "experiment/result/result_document.h"
#include "report/escaping.h"
#include "report/formats.h"
#include "summary/remarks.h"

namespace iter8::report {

using experiment::Json;
using experiment::Result;
using summary::Remark;

namespace {

constexpr std::size_t kLongestSarifMessage = 4000;

Json sarif_rule(Remark::Kind kind, std::string_view title) {
  return {{"id", std::string(to_text(kind))}, {"shortDescription", {{"text", title}}}};
}

/// By their index, which results name: Remark::Kind in its order.
Json sarif_rules() {
  return Json::array({sarif_rule(Remark::Kind::file, "The experiment file is valid"),
                      sarif_rule(Remark::Kind::task, "Every task of the experiment completes"),
                      sarif_rule(Remark::Kind::objective, "Every version meets every objective")});
}

Json sarif_location(const Remark& remark, const Result& result) {
  Json place{{"artifactLocation", {{"uri", uri_of(result.file)}}}};
  if (remark.line > 0) {
    place["region"] = {{"startLine", remark.line}};
    if (remark.column > 0) place["region"]["startColumn"] = remark.column;
  }
  return {{"physicalLocation", std::move(place)}};
}

Json sarif_result(const Remark& remark, const Result& result) {
  return {{"ruleId", std::string(to_text(remark.kind))},
          {"ruleIndex", static_cast<int>(remark.kind)},
          {"level", remark.level == Remark::Level::error ? "error" : "warning"},
          {"message", {{"text", base::printable(remark.text(), kLongestSarifMessage)}}},
          {"locations", Json::array({sarif_location(remark, result)})},
          {"partialFingerprints", {{"iter8/v1", remark.fingerprint}}}};
}

}  // namespace

std::string sarif(const Result& result) {
  Json results = Json::array();
  for (const Remark& remark : summary::remarks(result)) results.push_back(sarif_result(remark, result));
  const Json driver{
      {"name", "iter8"}, {"version", base::printable(result.iter8_version)}, {"rules", sarif_rules()}};
  const Json run{
      {"tool", {{"driver", driver}}},
      {"invocations", Json::array({{{"executionSuccessful", result.completed() && !result.failure}}})},
      {"results", std::move(results)},
      {"columnKind", "unicodeCodePoints"}};
  const Json document{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                      {"version", "2.1.0"},
                      {"runs", Json::array({run})}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace iter8::report
