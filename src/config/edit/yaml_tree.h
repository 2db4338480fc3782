#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/edit/document_path.h"

namespace iter8::config {

/// One node of a YAML text and where its bytes begin: what editing needs to know. Aliases are not expanded.
struct YamlLocation {
  enum class Kind { null, scalar, sequence, map, alias };
  struct Entry;

  Kind kind = Kind::null;
  std::size_t offset = 0;  // of the first byte, its tag and anchor included
  std::string text;        // of a scalar, as it is meant
  bool is_plain = false;   // of a scalar: neither quoted nor tagged, so that 8 is a number
  bool is_flow = false;    // of a list or map: written with brackets
  std::vector<YamlLocation> items;
  std::vector<Entry> entries;
};

struct YamlLocation::Entry {
  YamlLocation key;
  YamlLocation value;
};

/// What stands at a path, and in which surroundings.
struct YamlTarget {
  const YamlLocation* place = nullptr;
  const YamlLocation* key = nullptr;  // of the map entry whose value it is; null for an item of a list
  bool in_flow = false;               // somewhere inside brackets
};

struct YamlLimits {
  std::size_t bytes = 16 * 1024 * 1024;
  std::size_t nodes = 500'000;
  std::size_t depth = 100;
};

/// Every document of the text, in order. Offsets count from the beginning of the text. Throws base::Error
/// with line and column when it is not YAML or not UTF-8, or beyond the limits.
std::vector<YamlLocation> read_yaml_tree(std::string_view yaml, const YamlLimits& limits = {});

/// What stands at the path. Nothing, and `reason` names the step that is missing, what there is instead and
/// the nearest name, when the path leads nowhere.
std::optional<YamlTarget> find_place(const YamlLocation& document, const DocumentPath& path,
                                     std::string& reason);

/// Whether both are the same nodes with the same texts, wherever their bytes are; where `changed` (a node of
/// `one`) stands, `other` must have a scalar with this text.
bool same_but_for(const YamlLocation& one, const YamlLocation& other, const YamlLocation* changed,
                  std::string_view text);

}  // namespace iter8::config
