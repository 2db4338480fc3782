#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "web/jq_exchange.h"

namespace iter8::web {

/// A compiled jq program in this process. libjq may end the process, and does not stop: only the process that
/// is there to be killed uses it (jq_server.h).
class JqEvaluator {
 public:
  /// Throws base::Error with what jq says when the expression is wrong. Takes about 20 ms, because libjq 1.6
  /// reads its own library of functions each time.
  explicit JqEvaluator(const std::string& expression);
  ~JqEvaluator();
  JqEvaluator(const JqEvaluator&) = delete;
  JqEvaluator& operator=(const JqEvaluator&) = delete;

  /// Adds the outputs for one JSON document to the reply. Throws base::Error when the document is not JSON,
  /// when the program raises an error, or for more outputs or bytes than the limits allow.
  void run(std::string_view document, const JqLimits& limits, JqReply& reply);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace iter8::web
