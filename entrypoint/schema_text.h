#pragma once

#include <string>

#include "config/options/schema.h"

namespace iter8::entrypoint {

/// "duration", "list of text", "constant | poisson | closed": what may stand in a place, in a few words.
std::string type_text(const config::Schema& schema);

/// The fields of an object, a paragraph each, those of nested objects indented below.
std::string fields_text(const config::Schema& schema);

}  // namespace iter8::entrypoint
