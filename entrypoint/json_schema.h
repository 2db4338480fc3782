#pragma once

#include <nlohmann/json.hpp>

#include "experiment/catalog.h"

namespace iter8::entrypoint {

/// The JSON Schema (draft 2020-12) of an experiment file, made of the tables that the parser uses, so that
/// editors complete and check the file.
nlohmann::ordered_json json_schema(const experiment::Catalog& catalog);

/// The part for one place.
nlohmann::ordered_json json_schema(const config::Schema& schema);

}  // namespace iter8::entrypoint
