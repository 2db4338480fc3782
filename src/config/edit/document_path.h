#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iter8::config {

/// One step of a path into a YAML or JSON document.
struct PathStep {
  enum class Kind {
    key,     // of a map
    index,   // of a list, from 0
    either,  // of a JSON pointer: a key, or an index where there is a list
    select,  // the item of a list whose `key` has the text `value`
  };
  Kind kind = Kind::key;
  std::string key;
  std::size_t index = 0;
  std::string value;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};

/// Where a value stands in a document, written in one of two ways:
///   .spec.containers[0].image, .containers[name=app].image, .annotations["example.com/tag"]   a path
///   /spec/containers/0/image, ~1 for a slash and ~0 for a tilde in a key     a JSON pointer (RFC 6901)
struct DocumentPath {
  std::string text;  // as written
  std::vector<PathStep> steps;

  /// The first `count` steps, written as a path: for messages. "." for none.
  std::string upto(std::size_t count) const;
};

/// Nothing, and `problem` says why, when the text is not a path. At least one step.
std::optional<DocumentPath> parse_document_path(std::string_view text, std::string& problem);

}  // namespace iter8::config
