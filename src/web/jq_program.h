#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "web/jq_exchange.h"

namespace iter8::web {

/// An expression of the jq language. It is compiled and evaluated in a process of its own (jq_process.h), so
/// that neither the expression nor the document can end, stop, fill or question this one. Compiling costs
/// about 20 ms, the first time also a few for the process; running it costs microseconds. run() may be called
/// by several threads, one after another gets its turn.
class JqProgram {
 public:
  /// Throws base::Error when the expression is wrong, with what jq says, or asks for something outside of the
  /// document (jq_rules.h).
  explicit JqProgram(std::string expression);

  /// The outputs for one JSON document, in order; a number that is not one (nan) stays so. Throws base::Error
  /// when the document is not JSON (and says when it is HTML, empty or cut short), when the program raises an
  /// error, crashes, exceeds a limit or is stopped.
  std::vector<nlohmann::json> run(std::string_view document, const std::stop_token& stop,
                                  const JqLimits& limits = {}) const;

 private:
  std::string expression_;
};

/// What to say about a body that should be JSON and is not: "expected JSON, found HTML: <html>…". Not masked.
std::string not_json_message(std::string_view body, std::string_view reason);

}  // namespace iter8::web
