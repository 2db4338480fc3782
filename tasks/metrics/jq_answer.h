#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "config/options/located.h"
#include "tasks/metrics/answer.h"
#include "tasks/metrics/provider.h"
#include "web/jq_program.h"

namespace iter8::tasks::metrics {

/// What a jq expression finds in a body. Each number, or text that is one, is a sample of one series; null
/// and nan are NaN. Each object is a row: its numbers are columns (count, total, mean, …; `value` is the
/// value), its texts are labels. Throws base::Error for anything else.
Answer jq_answer(const web::JqProgram& jq, std::string_view body, const std::stop_token& stop);

/// The expression compiled; nothing after objecting to a wrong or missing one.
std::optional<web::JqProgram> compiled(const std::optional<config::Located<std::string>>& jq,
                                       const SourceLocation& place);

}  // namespace iter8::tasks::metrics
