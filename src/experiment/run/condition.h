#pragma once

#include "config/expression/expression.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// The functions and fields of `if` and `until` (DESIGN section 7).
const config::Vocabulary& condition_vocabulary();

/// Their meaning for what is recorded so far. Borrows the result. `iteration` is the one going on, from 1, if
/// any: older files count the running loop in Result.NumLoops.
class ResultScope final : public config::Scope {
 public:
  explicit ResultScope(const Result& result, int iteration = 0) : result_(result), iteration_(iteration) {}
  config::Value call(std::string_view name, std::span<const config::Value> arguments) const override;
  config::Value field(std::string_view path) const override;

 private:
  const Result& result_;
  int iteration_;
};

}  // namespace iter8::experiment
