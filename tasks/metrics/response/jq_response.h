#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "config/options/located.h"
#include "tasks/metrics/provider.h"
#include "tasks/metrics/response/query_result.h"
#include "web/jq_program.h"

namespace iter8::tasks::metrics {

/// What a jq expression finds in a body. Each number, or text that is one, is a sample of one series; null
/// and nan are NaN. Each object is a row: its numbers are columns (count, total, mean, …; `value` is the
/// value), its texts are labels. Throws base::Error for anything else.
QueryResult run_jq(const web::JqProgram& jq, std::string_view body, const std::stop_token& stop);

/// The expression compiled; nothing after objecting to a wrong or missing one.
std::optional<web::JqProgram> compile_jq(const std::optional<config::Located<std::string>>& jq,
                                         const SourceLocation& location);

}  // namespace iter8::tasks::metrics
