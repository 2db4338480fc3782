// What GitLab shows beside a merge request's changes: an array in the form that Code Climate introduced.
#include "base/text.h"
#include "experiment/result/result_document.h"
#include "report/formats.h"
#include "summary/remarks.h"

namespace iter8::report {

using experiment::Json;
using experiment::Result;
using summary::Remark;

namespace {

constexpr std::size_t kLongestDescription = 4000;

std::string_view severity_of(const Remark& remark) {
  if (remark.level == Remark::Level::warning) return "minor";
  return remark.kind == Remark::Kind::file ? "blocker" : "critical";
}

Json code_quality_issue(const Remark& remark, const Result& result) {
  return {{"description", base::printable(remark.text(), kLongestDescription)},
          {"check_name", "iter8/" + std::string(to_text(remark.kind))},
          {"fingerprint", remark.fingerprint},
          {"severity", severity_of(remark)},
          {"location",
           {{"path", base::printable(result.file, kLongestDescription)},
            {"lines", {{"begin", std::max(remark.line, 1)}}}}}};
}

}  // namespace

std::string code_quality(const Result& result) {
  Json list = Json::array();
  for (const Remark& remark : summary::remarks(result)) list.push_back(code_quality_issue(remark, result));
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace iter8::report
