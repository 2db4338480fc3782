#pragma once

#include <string>

#include "config/value/value.h"

namespace iter8::config {

/// As the %v verb of Go prints it: 12, 0.5, true, abc, [1 2], map[a:1 b:2], <nil>.
std::string to_plain_text(const Value& value);

}  // namespace iter8::config
