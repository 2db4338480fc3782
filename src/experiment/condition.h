#pragma once

#include "config/expression.h"
#include "experiment/result.h"

namespace iter8::experiment {

/// The functions and fields of `if` and `until` (DESIGN section 7).
const config::Vocabulary& condition_vocabulary();

/// Their meaning for what is recorded so far. Borrows the result.
class ResultScope final : public config::Scope {
 public:
  explicit ResultScope(const Result& result) : result_(result) {}
  config::Value call(std::string_view name, std::span<const config::Value> arguments) const override;
  config::Value field(std::string_view path) const override;

 private:
  const Result& result_;
};

}  // namespace iter8::experiment
