#pragma once

#include <string>

#include "config/options/codec.h"
#include "load/json_path.h"

namespace iter8::config {

/// A path of keys and indices, such as `.choices[0].delta`, as an option of a load.
template <>
struct Codec<load::JsonPath> {
  static Schema schema() { return Codec<std::string>::schema(); }
  static bool read(const Node& node, Problems& problems, load::JsonPath& path);
  static std::string written(const load::JsonPath& path) { return path.text(); }
};

}  // namespace iter8::config
