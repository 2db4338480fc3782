#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document_path.h"

namespace iter8::config {

/// One node of a YAML text and where its bytes begin: what editing needs to know. Aliases are not expanded.
struct YamlPlace {
  enum class Kind { null, scalar, sequence, map, alias };
  struct Entry;

  Kind kind = Kind::null;
  std::size_t offset = 0;  // of the first byte, its tag and anchor included
  std::string text;        // of a scalar, as it is meant
  bool is_plain = false;   // of a scalar: neither quoted nor tagged, so that 8 is a number
  bool is_flow = false;    // of a list or map: written with brackets
  std::vector<YamlPlace> items;
  std::vector<Entry> entries;
};

struct YamlPlace::Entry {
  YamlPlace key;
  YamlPlace value;
};

/// What stands at a path, and in which surroundings.
struct YamlTarget {
  const YamlPlace* place = nullptr;
  const YamlPlace* key = nullptr;  // of the map entry whose value it is; null for an item of a list
  bool in_flow = false;            // somewhere inside brackets
};

struct YamlLimits {
  std::size_t bytes = 16 * 1024 * 1024;
  std::size_t nodes = 500'000;
  std::size_t depth = 100;
};

/// Every document of the text, in order. Offsets count from the beginning of the text. Throws base::Error
/// with line and column when it is no YAML (also: no UTF-8), or beyond the limits.
std::vector<YamlPlace> outline_yaml(std::string_view yaml, const YamlLimits& limits = {});

/// What stands at the path. Nothing, and `reason` names the step that is missing, what there is instead and
/// the nearest name, when the path leads nowhere.
std::optional<YamlTarget> find_place(const YamlPlace& document, const DocumentPath& path,
                                     std::string& reason);

/// Whether both are the same nodes with the same texts, wherever their bytes are; where `changed` (a node of
/// `one`) stands, `other` must have a scalar with this text.
bool same_but_for(const YamlPlace& one, const YamlPlace& other, const YamlPlace* changed,
                  std::string_view text);

}  // namespace iter8::config
