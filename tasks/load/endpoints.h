#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/catalog.h"

namespace iter8::tasks {

/// Reports an endpoint whose name cannot be part of a metric's; `provider` is "TASK-NAME".
void check_endpoint_name(const std::string& name, const std::string& provider, const config::Node& endpoint,
                         experiment::BuildContext& context);

/// The loads of a task: the one that its options describe, or one for each of its endpoints, whose metrics
/// are `KIND-NAME/…`. `read(options, endpoint, load)` reads an endpoint into the load, and returns the node
/// that its options stand in, or null after reporting problems; `check(load, node)` completes a load and
/// reports what is wrong with it.
template <typename Load, typename Read, typename Check>
std::vector<Load> loads_of(Load load, std::string_view kind, const config::Node& with,
                           experiment::BuildContext& context, Read read, Check check) {
  std::vector<Load> loads;
  if (load.options.endpoints.empty()) {
    check(load, with);
    loads.push_back(std::move(load));
    return loads;
  }
  for (const auto& [name, endpoint] : load.options.endpoints) {
    Load own{.provider = std::string(kind) + "-" + name};
    check_endpoint_name(name, own.provider, endpoint, context);
    const auto node = read(load.options, endpoint, own);
    if (!node) continue;
    check(own, *node);
    loads.push_back(std::move(own));
  }
  return loads;
}

}  // namespace iter8::tasks
