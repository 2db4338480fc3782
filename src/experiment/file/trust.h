#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/host_policy.h"
#include "config/yaml/node.h"
#include "config/yaml/problems.h"
#include "experiment/catalog.h"

namespace iter8::experiment {

/// How far the author of the file is trusted.
enum class Trust { full, no_promotion, none };

/// What a file of an author who is not fully trusted may do.
struct TrustRules {
  Trust trust = Trust::full;
  std::string reason;               // why: "a pull request of the fork mallory/shop"
  std::filesystem::path workspace;  // absolute; what no path may leave
  /// What the pipeline lets the file refer to, as in ${…}: NAME or file:PATH.
  std::vector<std::string> references;
};

/// Reports, each at its place, everything in the document that the rules and the policy of hosts refuse: of
/// an author without trust tasks that start programs or change something, references that the pipeline does
/// not name, paths that leave the workspace or do so by a link; of everybody URLs of hosts that are not
/// allowed, as far as they are written out. Looks at files, and opens none. What `--set` has put there is the
/// pipeline's own. `directory` is what relative paths are relative to.
void check_trust(const config::Node& document, const TrustRules& rules, const base::HostPolicy& hosts,
                 const Catalog& catalog, const std::filesystem::path& directory, config::Problems& problems);

/// The walls that stand while the experiment runs, a phrase each: what the trust in the author,
/// ITER8_ALLOW_HOSTS, ITER8_MAX_… and ITER8_CONFINE ask for, as far as this kernel has it.
std::vector<std::string> walls_of(const TrustRules& rules, const base::Environment& environment,
                                  const std::filesystem::path& directory);

/// Whether a file is inside of the workspace, links followed, or need not be.
bool is_within_reach(const std::filesystem::path& file, const TrustRules& rules);

}  // namespace iter8::experiment
