#pragma once

#include <filesystem>
#include <string>

#include "base/environment.h"
#include "experiment/result/result.h"

namespace iter8::ci {

/// Where a pod finds the API of its cluster and what it may show there.
struct ClusterAccess {
  std::string url;               // https://10.0.0.1:443
  std::filesystem::path folder;  // of the files token, ca.crt and namespace

  /// From KUBERNETES_SERVICE_HOST and _PORT; the folder is ITER8_SERVICE_ACCOUNT, or where Kubernetes mounts
  /// it.
  static ClusterAccess of(const base::Environment& environment);
};

/// The object that is stored: the outputs, a one-line summary, the Markdown report and result.yaml, a key
/// each. A ConfigMap holds 1 MiB: what is too large for it is left out, which the key `note` then says.
std::string config_map_document(const std::string& name, const experiment::Result& result);

/// Creates the ConfigMap or replaces what an earlier run put there (a server-side apply, so one call and the
/// rights `create` and `patch`). Throws base::Error when that fails: what it was refused with, never the
/// token.
void store_config_map(const ClusterAccess& cluster, const std::string& name,
                      const experiment::Result& result);

}  // namespace iter8::ci
