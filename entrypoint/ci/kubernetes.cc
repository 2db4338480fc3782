#include "entrypoint/ci/kubernetes.h"

#include "base/text.h"
#include "entrypoint/ci/config_map.h"
#include "entrypoint/ci/paths.h"
#include "summary/remarks.h"

namespace iter8::ci {
namespace {

constexpr std::size_t kLongestMessage = 4000;  // of 4096 bytes that the kubelet keeps

}  // namespace

Kubernetes::Kubernetes(const base::Environment& environment)
    : environment_(environment), message_file_("/dev/termination-log") {
  if (environment.has("ITER8_TERMINATION_LOG")) message_file_ = *environment.get("ITER8_TERMINATION_LOG");
}

Inputs Kubernetes::inputs() const {
  return read_inputs(environment_, Spelling::plain);
}

void Kubernetes::publish(const Ending& ending, std::ostream& /*out*/) {
  if (std::filesystem::exists(message_file_)) {  // else the pod asks for none, or for one elsewhere
    const std::string text = base::printable(summary::summary_sentence(ending.result), kLongestMessage);
    append_to_file(message_file_, text + "\n");
  }
  if (environment_.has("ITER8_RESULT_CONFIGMAP"))
    store_config_map(ClusterAccess::of(environment_), *environment_.get("ITER8_RESULT_CONFIGMAP"),
                     ending.result);
}

}  // namespace iter8::ci
