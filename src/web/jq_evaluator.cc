#include "web/jq_evaluator.h"

#include <limits>

#include <fmt/format.h>

#include "base/error.h"
#include "base/json_depth.h"
#include "base/text.h"
#include "web/foreign_json.h"
#include "web/jq_program.h"
#include "web/jq_value.h"

namespace iter8::web {

namespace {

/// The first line of what jq says, without its name: "syntax error, unexpected INVALID_CHARACTER, line 1".
std::string short_problem(std::string text) {
  text = text.substr(0, text.find('\n'));
  text = base::replace_all(text, "jq: error: ", "");
  text = base::replace_all(text, " (Unix shell quoting issues?)", "");
  text = base::replace_all(text, " at <top-level>", "");
  while (text.ends_with(':') || text.ends_with(' ')) text.pop_back();
  return text;
}

void take_problem(void* user, jv message) {
  const Jv held(message);
  std::string& problems = *static_cast<std::string*>(user);
  if (held.kind() == JV_KIND_STRING && problems.empty()) problems = held.text();
}

Jv parse_document(const JqLibrary& jq, std::string_view document) {
  if (document.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw base::Error("a document of more than 2 GiB");
  refuse_deep_json(document);
  Jv value(jq.jv_parse_sized(document.data(), static_cast<int>(document.size())));
  // libjq also takes texts that are nearly JSON, such as bytes that are not UTF-8.
  if (value.kind() != JV_KIND_INVALID && !base::has_nul(document) && nlohmann::json::accept(document))
    return Jv(value.copy());
  const std::string problem = value.problem().value_or("what is none");
  throw base::Error(not_json_message(document, problem.substr(0, problem.find(" (while parsing"))));
}

/// The bytes that it took.
std::size_t add_output(const Jv& value, JqReply& reply) {
  if (value.kind() == JV_KIND_NUMBER) {
    reply.add_number(value.number());
    return sizeof(double);
  }
  const std::string text = value.json();
  if (text.size() <= std::numeric_limits<std::uint32_t>::max()) reply.add_json(text);
  return text.size();
}

}  // namespace

struct JqEvaluator::State {
  jq_state* jq = JqLibrary::get().jq_init();
  std::string problems;

  State() = default;
  ~State() { JqLibrary::get().jq_teardown(&jq); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

JqEvaluator::JqEvaluator(const std::string& expression) : state_(std::make_unique<State>()) {
  const JqLibrary& jq = JqLibrary::get();
  if (state_->jq == nullptr) throw base::Error("libjq could not be initialised");
  jq.jq_set_error_cb(state_->jq, &take_problem, &state_->problems);
  if (jq.jq_compile(state_->jq, expression.c_str()) == 0)
    throw base::Error("jq: " + short_problem(state_->problems));
}

JqEvaluator::~JqEvaluator() = default;

void JqEvaluator::run(std::string_view document, const JqLimits& limits, JqReply& reply) {
  const JqLibrary& jq = JqLibrary::get();
  const Jv input = parse_document(jq, document);
  jq.jq_start(state_->jq, input.copy(), 0);
  std::size_t outputs = 0;
  std::size_t bytes = 0;
  for (;;) {
    const Jv value(jq.jq_next(state_->jq));
    if (const auto problem = value.problem()) throw base::Error("jq: " + *problem);
    if (value.kind() == JV_KIND_INVALID) return;
    if (++outputs > limits.outputs)
      throw base::Error(fmt::format("jq: more than {} outputs", limits.outputs));
    bytes += add_output(value, reply);
    if (bytes > limits.bytes)
      throw base::Error(fmt::format("jq: more than {} bytes of output", limits.bytes));
  }
}

}  // namespace iter8::web
