#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace iter8::web {

/// What one run of a jq program may cost.
struct JqLimits {
  base::Duration time = std::chrono::seconds(5);
  std::size_t outputs = 10'000;
  std::size_t bytes = 16 * 1024 * 1024;  // of all outputs, as JSON
};

/// An expression of the jq language. Compiling costs about 30 ms, because libjq 1.6 reads its own library of
/// functions each time; running it costs microseconds. run() may be called by several threads, one after
/// another gets its turn.
class JqProgram {
 public:
  /// Throws base::Error with what jq says when the expression is wrong.
  explicit JqProgram(const std::string& expression);
  ~JqProgram();
  JqProgram(JqProgram&&) noexcept;
  JqProgram& operator=(JqProgram&&) noexcept;

  /// The outputs for one JSON document, in order; a number that is not one (nan) stays so. Throws base::Error
  /// when the document is not JSON (and says when it is HTML, empty or cut short), when the program raises an
  /// error, exceeds a limit or is stopped.
  std::vector<nlohmann::json> run(std::string_view document, const std::stop_token& stop,
                                  const JqLimits& limits = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What to say about a body that should be JSON and is not: "expected JSON, found HTML: <html>…". Not masked.
std::string not_json_message(std::string_view body, std::string_view reason);

}  // namespace iter8::web
