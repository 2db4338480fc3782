#pragma once

#include "entrypoint/ci/system.h"

namespace iter8::ci {

/// Whether this is a step of a Tekton task: ITER8_TEKTON_RESULTS is set, as entrypoint/tekton does it, or
/// there is /tekton/results.
bool is_tekton(const base::Environment& environment);

/// A step of a Tekton task or StepAction. ITER8_TEKTON_RESULTS is the path of the result `verdict`; the
/// others, and `summary`, stand beside it. All results of a step share 4096 bytes, so each is short.
class Tekton final : public System {
 public:
  explicit Tekton(const base::Environment& environment);

  std::string_view name() const override { return "tekton"; }
  Inputs inputs() const override;
  void publish(const Ending& ending, std::ostream& out) override;

 private:
  const base::Environment& environment_;
  std::filesystem::path folder_;
};

}  // namespace iter8::ci
