#pragma once

#include "entrypoint/ci/system.h"

namespace iter8::ci {

/// A pod of Kubernetes: the verdict and its reason become the container's termination message, which
/// `kubectl get pod` and every controller can read, and with ITER8_RESULT_CONFIGMAP the result goes into the
/// ConfigMap of that name.
class Kubernetes final : public System {
 public:
  explicit Kubernetes(const base::Environment& environment);

  std::string_view name() const override { return "kubernetes"; }
  Inputs inputs() const override;
  void publish(const Ending& ending, std::ostream& out) override;

 private:
  const base::Environment& environment_;
  std::filesystem::path message_file_;  // ITER8_TERMINATION_LOG, else where the kubelet mounts it
};

}  // namespace iter8::ci
