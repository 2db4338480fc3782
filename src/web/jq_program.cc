#include "web/jq_program.h"

#include <limits>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/stop_timer.h"
#include "base/text.h"
#include "web/foreign_json.h"
#include "web/jq_library.h"

namespace iter8::web {

namespace {

/// A value of libjq; frees it.
class Jv {
 public:
  explicit Jv(jv value) : value_(value) {}
  ~Jv() { JqLibrary::get().jv_free(value_); }
  Jv(const Jv&) = delete;
  Jv& operator=(const Jv&) = delete;

  jv_kind kind() const { return JqLibrary::get().jv_get_kind(value_); }
  double number() const { return JqLibrary::get().jv_number_value(value_); }
  /// libjq's functions take what they are given; a copy is another reference.
  jv copy() const { return JqLibrary::get().jv_copy(value_); }
  std::string text() const {
    return {JqLibrary::get().jv_string_value(value_),
            static_cast<std::size_t>(JqLibrary::get().jv_string_length_bytes(copy()))};
  }
  std::string json() const { return Jv(JqLibrary::get().jv_dump_string(copy(), 0)).text(); }

  /// The message of an invalid value, or nothing where there is none.
  std::optional<std::string> problem() const {
    if (kind() != JV_KIND_INVALID || JqLibrary::get().jv_invalid_has_msg(copy()) == 0) return std::nullopt;
    const Jv message(JqLibrary::get().jv_invalid_get_msg(copy()));
    return message.kind() == JV_KIND_STRING ? message.text() : message.json();
  }

 private:
  jv value_;
};

/// The first line of what jq says, without its name: "syntax error, unexpected INVALID_CHARACTER, line 1".
std::string short_problem(std::string text) {
  text = text.substr(0, text.find('\n'));
  text = base::replace_all(text, "jq: error: ", "");
  text = base::replace_all(text, " (Unix shell quoting issues?)", "");
  text = base::replace_all(text, " at <top-level>", "");
  while (text.ends_with(':') || text.ends_with(' ')) text.pop_back();
  return base::printable(text);
}

void take_problem(void* user, jv message) {
  const Jv held(message);
  std::string& problems = *static_cast<std::string*>(user);
  if (held.kind() == JV_KIND_STRING && problems.empty()) problems = held.text();
}

nlohmann::json output_of(const Jv& value, std::size_t& bytes) {
  if (value.kind() == JV_KIND_NUMBER) {
    bytes += sizeof(double);
    return value.number();
  }
  const std::string text = value.json();
  bytes += text.size();
  nlohmann::json result = parse_foreign_json(text);
  if (result.is_discarded())
    throw base::Error("the result has too many levels of lists and objects; select the number itself");
  return result;
}

Jv parse_document(const JqLibrary& jq, std::string_view document) {
  if (document.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw base::Error("a document of more than 2 GiB");
  refuse_deep_json(document);
  Jv value(jq.jv_parse_sized(document.data(), static_cast<int>(document.size())));
  // libjq also takes texts that are nearly JSON, such as bytes that are not UTF-8.
  if (value.kind() != JV_KIND_INVALID && nlohmann::json::accept(document)) return Jv(value.copy());
  const std::string problem = value.problem().value_or("what is none");
  throw base::Error(not_json_message(document, problem.substr(0, problem.find(" (while parsing"))));
}

}  // namespace

struct JqProgram::State {
  jq_state* jq = JqLibrary::get().jq_init();
  std::string problems;
  std::mutex mutex;

  State() = default;
  ~State() { JqLibrary::get().jq_teardown(&jq); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

JqProgram::JqProgram(const std::string& expression) : state_(std::make_unique<State>()) {
  const JqLibrary& jq = JqLibrary::get();
  if (state_->jq == nullptr) throw base::Error("libjq could not be initialised");
  if (expression.find('\0') != std::string::npos) throw base::Error("jq: a zero byte in the expression");
  jq.jq_set_error_cb(state_->jq, &take_problem, &state_->problems);
  if (jq.jq_compile(state_->jq, expression.c_str()) == 0)
    throw base::Error("jq: " + short_problem(state_->problems));
}

JqProgram::~JqProgram() = default;
JqProgram::JqProgram(JqProgram&&) noexcept = default;
JqProgram& JqProgram::operator=(JqProgram&&) noexcept = default;

std::vector<nlohmann::json> JqProgram::run(std::string_view document, const std::stop_token& stop,
                                           const JqLimits& limits) const {
  const JqLibrary& jq = JqLibrary::get();
  const std::lock_guard lock(state_->mutex);
  const Jv input = parse_document(jq, document);
  jq.jq_start(state_->jq, input.copy(), 0);  // also forgets that the last run was halted

  base::SystemClock clock;
  const base::StopTimer timer(clock, stop, limits.time);
  // libjq looks at this mark before each step of the program.
  const std::stop_callback halt(timer.token(), [&] {
    if (jq.jq_halted(state_->jq) == 0) jq.jq_halt(state_->jq, jq.jv_invalid(), jq.jv_invalid());
  });
  std::vector<nlohmann::json> outputs;
  std::size_t bytes = 0;
  for (;;) {
    const Jv value(jq.jq_next(state_->jq));
    if (timer.expired()) throw base::Error("jq: no end after " + base::to_text(limits.time));
    if (stop.stop_requested()) throw base::Error("stopped");
    if (const auto problem = value.problem()) throw base::Error("jq: " + base::printable(*problem));
    if (value.kind() == JV_KIND_INVALID) return outputs;
    outputs.push_back(output_of(value, bytes));
    if (outputs.size() > limits.outputs)
      throw base::Error(fmt::format("jq: more than {} outputs", limits.outputs));
    if (bytes > limits.bytes)
      throw base::Error(fmt::format("jq: more than {} bytes of output", limits.bytes));
  }
}

std::string not_json_message(std::string_view body, std::string_view reason) {
  const std::string_view text = base::trim(body);
  if (text.empty()) return "expected JSON, found an empty answer";
  const bool is_html = text.starts_with('<');
  return fmt::format("expected JSON, found {}: {}", is_html ? "HTML" : base::printable(reason),
                     base::printable(text, 120));
}

}  // namespace iter8::web
