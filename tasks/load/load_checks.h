#pragma once

#include <optional>
#include <string>

#include "config/options/located.h"
#include "experiment/catalog.h"
#include "load/data_rows.h"
#include "load/plan.h"
#include "tasks/load/load_options.h"

namespace iter8::tasks {

// What is checked of every load when the file is read, and reported where the file says it.

/// Sets the shard that the options name.
void read_shard(LoadOptions& options, experiment::BuildContext& context);

/// The rows of the CSV file that the option names; nothing after reporting what is wrong with it.
std::optional<load::Rows> read_rows(const config::Located<std::string>& option,
                                    experiment::BuildContext& context);

/// Reports a load that is larger than ITER8_MAX_QPS and its like allow. `node` holds the options.
void check_ceilings(const LoadOptions& options, load::Plan plan, const config::Node& node,
                    experiment::BuildContext& context);

}  // namespace iter8::tasks
