#pragma once

#include <nlohmann/json.hpp>

#include "experiment/catalog.h"

namespace iter8::entrypoint {

/// The JSON Schema (draft 2020-12) of an experiment file, generated from the tables that the parser uses,
/// with which editors complete and check the file.
nlohmann::ordered_json json_schema(const experiment::Catalog& catalog);

/// The schema of one field or one task's options.
nlohmann::ordered_json json_schema(const config::Schema& schema);

}  // namespace iter8::entrypoint
