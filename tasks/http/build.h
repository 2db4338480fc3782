#pragma once

#include <memory>

#include "experiment/catalog.h"

namespace iter8::tasks::http {

/// Reads and checks the `with` of an http task, as far as that goes without a network: also what templates
/// come to for each version, and the request that is made of it.
std::unique_ptr<experiment::Task> build_http(const config::Node& with, experiment::BuildContext& context);

}  // namespace iter8::tasks::http
