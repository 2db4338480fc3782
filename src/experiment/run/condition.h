#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/expression/expression.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// The functions and fields that `if` and `until` may use (docs/experiment.md).
const config::Vocabulary& condition_vocabulary();

/// Why no version has this name or number ("unknown version 'c', expected one of a, b"); nothing if one has.
std::optional<std::string> version_objection(const config::Value& name_or_number,
                                             const std::vector<std::string>& versions);

/// Evaluates them on what is recorded so far. Borrows the result. `iteration` is the current one, from 1, if
/// any: older files expect Result.NumLoops to include it.
class ResultScope final : public config::Scope {
 public:
  explicit ResultScope(const Result& result, int iteration = 0) : result_(result), iteration_(iteration) {}
  config::Value call(std::string_view name, std::span<const config::Value> arguments) const override;
  config::Value field(std::string_view path) const override;
  std::optional<double> seconds_of_unit(std::string_view name,
                                        std::span<const config::Value> arguments) const override;

 private:
  const Result& result_;
  int iteration_;
};

}  // namespace iter8::experiment
