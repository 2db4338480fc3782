#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/environment.h"
#include "base/secrets.h"
#include "config/yaml/problems.h"
#include "experiment/catalog.h"
#include "experiment/file/trust.h"
#include "experiment/model.h"

namespace iter8::experiment {

/// What a file from standard input is called.
inline constexpr std::string_view kStandardInput = "<stdin>";

struct LoadOptions {
  /// `--set a.b[0].c=value`: applied to the document before anything is checked.
  std::vector<std::pair<std::string, std::string>> overrides;
  Descriptions descriptions = Descriptions::left_out;
  TrustRules trust = {};
  /// The text of the file, where it does not stand on disk: from a pipe, or composed by a command.
  std::optional<std::string> content = {};
};

/// Reads, expands and checks the whole file, in its present shape or an older one (docs/compatibility.md),
/// and builds every task. Reports all problems of the file together, also that it cannot be read, and returns
/// nothing if one of them is an error. Uses no network, starts no program (but plugins for their
/// descriptions, if the options say so) and has no side effects. Throws base::UsageError for an override that
/// does not fit the document, and for a list of hosts (ITER8_ALLOW_HOSTS) that is wrong.
std::optional<Experiment> load_experiment(const std::filesystem::path& file, const LoadOptions& options,
                                          const Catalog& catalog, const base::Environment& environment,
                                          base::Secrets& secrets, config::Problems& problems);

}  // namespace iter8::experiment
