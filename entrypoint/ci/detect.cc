#include "entrypoint/ci/github.h"
#include "entrypoint/ci/gitlab.h"
#include "entrypoint/ci/kubernetes.h"
#include "entrypoint/ci/system.h"
#include "entrypoint/ci/tekton.h"

namespace iter8::ci {
namespace {

/// Jenkins, CircleCI, a shell: what they show is reports, which are asked for by name.
class Shell final : public System {
 public:
  explicit Shell(const base::Environment& environment) : environment_(environment) {}
  Inputs inputs() const override { return read_inputs(environment_, Spelling::plain); }

 private:
  const base::Environment& environment_;
};

}  // namespace

std::unique_ptr<System> detect(const base::Environment& environment) {
  if (environment.get("GITHUB_ACTIONS") == "true") return std::make_unique<GitHub>(environment);
  if (environment.get("GITLAB_CI") == "true") return std::make_unique<GitLab>(environment);
  if (is_tekton(environment)) return std::make_unique<Tekton>(environment);
  if (environment.has("KUBERNETES_SERVICE_HOST")) return std::make_unique<Kubernetes>(environment);
  return std::make_unique<Shell>(environment);
}

}  // namespace iter8::ci
