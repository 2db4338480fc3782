#pragma once

#include "experiment/catalog.h"

namespace iter8::tasks {

/// Every task this program knows: one plain table.
const experiment::Catalog& catalog();

}  // namespace iter8::tasks
