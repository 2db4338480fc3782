#pragma once

#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "config/options/codec.h"
#include "config/yaml/document.h"

namespace iter8::config {

/// Every problem as "LINE:COLUMN: severity: message", a line each.
inline std::string problems_of(const Problems& problems) {
  std::istringstream lines(problems.to_text());
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, line.starts_with("f: ") ? 3 : 2);
    text += (text.empty() ? "" : "\n") + line;
  }
  return text;
}

/// What is wrong with a document.
inline std::string complaint(std::string_view yaml, const DocumentLimits& limits = {}) {
  Problems problems("f");
  const auto node = parse_document(yaml, problems, limits);
  return node ? "read; " + problems_of(problems) : problems_of(problems);
}

/// A document that must be right.
inline Node document(std::string_view yaml) {
  Problems problems("f");
  auto node = parse_document(yaml, problems);
  if (!node) throw std::runtime_error(problems.to_text());
  return *node;
}

}  // namespace iter8::config
