#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiment/result/result_document.h"

namespace iter8::experiment {

/// A value in a result document together with its path, so that an error can say where something unexpected
/// was found. Borrows the document. Keys that nobody reads are ignored, because a newer version may have
/// added them.
class DocumentReader {
 public:
  explicit DocumentReader(const Json& document) : value_(&document) {}

  /// Throws base::Error when the key is missing.
  DocumentReader at(const std::string& key) const;
  /// Nothing when the key is missing or null.
  std::optional<DocumentReader> find(const std::string& key) const;

  /// The value itself. Each throws base::Error if it has a different type; small_integer() and index() also
  /// if it is negative or does not fit into an int.
  std::string text() const;
  std::int64_t integer() const;
  int small_integer() const;
  std::size_t index() const;
  double number() const;
  bool boolean() const;
  bool is_null() const { return value_->is_null(); }
  std::vector<DocumentReader> items() const;
  std::vector<std::pair<std::string, DocumentReader>> entries() const;

  /// Nothing in the list when the key is missing or null.
  std::vector<DocumentReader> find_items(const std::string& key) const;
  std::optional<double> find_number(const std::string& key) const;
  std::optional<std::string> find_text(const std::string& key) const;

  /// Throws base::Error "KEY: expected WHAT, found …".
  [[noreturn]] void fail(const std::string& what) const;

 private:
  DocumentReader(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}
  DocumentReader child(const Json& value, const std::string& step) const;

  const Json* value_;
  std::string path_;
};

}  // namespace iter8::experiment
