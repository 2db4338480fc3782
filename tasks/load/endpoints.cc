#include "tasks/load/endpoints.h"

#include "base/text.h"
#include "experiment/metric/metric_name.h"

namespace iter8::tasks {

void check_endpoint_name(const std::string& name, const std::string& provider, const config::Node& endpoint,
                         experiment::BuildContext& context) {
  if (!name.empty() && name.find('/') == std::string::npos &&
      experiment::is_metric_name(provider + "/latency"))
    return;
  context.problems.error(endpoint.position, "endpoint '" + base::printable(name) +
                                                "': expected a name without spaces and slashes");
}

}  // namespace iter8::tasks
