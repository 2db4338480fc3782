#pragma once

#include <string>

#include "config/options/schema.h"

namespace iter8::entrypoint {

/// The type of a field in a few words: "duration", "list of text", "constant | poisson | closed".
std::string type_text(const config::Schema& schema);

/// The fields of an object, one paragraph each, with those of nested objects indented below.
std::string fields_text(const config::Schema& schema);

}  // namespace iter8::entrypoint
