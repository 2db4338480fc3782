#pragma once

#include "config/options/schema.h"

namespace iter8::tasks::metrics {

/// What `with` accepts, over all providers and the older forms: for `iter8 tasks`, `iter8 schema` and the
/// docs. The keys of a single provider say whose they are; reading a file is stricter.
config::Schema task_schema();

}  // namespace iter8::tasks::metrics
