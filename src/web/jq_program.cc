#include "web/jq_program.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "web/jq_process.h"
#include "web/jq_rules.h"

namespace iter8::web {

JqProgram::JqProgram(std::string expression) : expression_(std::move(expression)) {
  if (expression_.find('\0') != std::string::npos) throw base::Error("jq: a zero byte in the expression");
  refuse_outside_access(expression_);
  JqProcess::get().compile(expression_);
}

std::vector<nlohmann::json> JqProgram::run(std::string_view document, const std::stop_token& stop,
                                           const JqLimits& limits) const {
  return JqProcess::get().run(expression_, document, stop, limits);
}

std::string not_json_message(std::string_view body, std::string_view reason) {
  const std::string_view text = base::trim(body);
  if (text.empty()) return "expected JSON, found an empty answer";
  const bool is_html = text.starts_with('<');
  return fmt::format("expected JSON, found {}: {}", is_html ? "HTML" : base::printable(reason),
                     base::printable(text, 120));
}

}  // namespace iter8::web
