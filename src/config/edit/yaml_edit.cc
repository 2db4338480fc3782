#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/edit/document_edit.h"
#include "config/edit/yaml_scalar.h"
#include "config/edit/yaml_tree.h"

namespace iter8::config {

namespace {

/// The number of the one document that has the path.
std::size_t chosen_document(const std::vector<YamlLocation>& documents, const DocumentPath& path,
                            std::optional<std::size_t> wanted) {
  if (documents.empty()) throw base::Error("the file is empty");
  if (wanted) {
    if (*wanted < documents.size()) return *wanted;
    throw base::Error(
        fmt::format("there is no document {}; the file has {}, numbered from 0", *wanted, documents.size()));
  }
  std::optional<std::size_t> found;
  std::string first_reason;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    std::string reason;
    if (!find_place(documents[i], path, reason)) {
      if (first_reason.empty()) first_reason = reason;
      continue;
    }
    if (found)
      throw base::Error(fmt::format("{} is in the documents {} and {} of the file; say which by 'document'",
                                    path.text, *found, i));
    found = i;
  }
  if (!found) throw base::Error(first_reason);
  return *found;
}

YamlTarget scalar_at(const YamlLocation& document, const DocumentPath& path) {
  std::string reason;
  const std::optional<YamlTarget> found = find_place(document, path, reason);
  if (!found) throw base::Error(reason);
  const YamlTarget& target = *found;
  if (target.place->kind == YamlLocation::Kind::sequence || target.place->kind == YamlLocation::Kind::map)
    throw base::Error(fmt::format("{} is a {}; only a single value can be set", path.text,
                                  target.place->kind == YamlLocation::Kind::map ? "map" : "list"));
  return target;
}

}  // namespace

std::string with_yaml_value(std::string_view yaml, const DocumentPath& path, std::string_view value,
                            std::optional<std::size_t> document) {
  if (!base::is_utf8(value) || value.find('\0') != std::string_view::npos)
    throw base::Error("the new value is not UTF-8");
  const std::vector<YamlLocation> before = read_yaml_tree(yaml);
  const std::size_t number = chosen_document(before, path, document);
  const YamlTarget target = scalar_at(before[number], path);
  const bool is_same = target.place->kind == YamlLocation::Kind::scalar && target.place->text == value;
  if (is_same) return std::string(yaml);

  const Span span = span_of(yaml, target);
  std::string written = scalar_text(value, target, style_at(yaml, span.begin));
  if (span.begin == span.end) written = " " + written;  // behind the colon of an empty value
  std::string result(yaml);
  result.replace(span.begin, span.end - span.begin, written);

  const std::vector<YamlLocation> after = read_yaml_tree(result);
  bool is_sound = before.size() == after.size();
  for (std::size_t i = 0; is_sound && i < before.size(); ++i)
    is_sound = same_but_for(before[i], after[i], target.place, value);
  if (!is_sound)
    throw base::Error(path.text +
                      " cannot be set without changing something else; use 'replace' for this file");
  return result;
}

std::string yaml_value(std::string_view yaml, const DocumentPath& path, std::optional<std::size_t> document) {
  const std::vector<YamlLocation> documents = read_yaml_tree(yaml);
  const YamlTarget target = scalar_at(documents[chosen_document(documents, path, document)], path);
  if (target.place->kind == YamlLocation::Kind::alias)
    throw base::Error(path.text + " is an alias; its value is elsewhere");
  return target.place->text;
}

}  // namespace iter8::config
