#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/edit/document_path.h"
#include "config/expression/regex.h"
#include "tasks/pull-request/options.h"

namespace iter8::tasks::pull_request {

/// One value to set. Without a value only the place is known, as when a promotion is reversed.
struct Setting {
  config::DocumentPath path;
  std::string value;
};

struct Replacement {
  config::Regex pattern;
  std::string text;  // of the pattern, for messages
  std::string with;
};

/// An edit of one file with all its templates rendered.
struct Edit {
  std::string file;
  std::vector<Setting> settings;
  std::vector<Replacement> replacements;
  std::optional<std::string> content;  // the whole file
  std::optional<std::size_t> document;
};

/// A path and the template of the value that goes there.
struct SettingTemplate {
  std::string path;
  const LocatedTemplate* value = nullptr;
};

/// What `set`, `kustomize` and `helm` of an edit come to.
std::vector<SettingTemplate> settings_of(const EditOptions& edit);

/// Reports paths, patterns and files that are malformed.
void check_edits(const std::vector<EditOptions>& edits, const std::filesystem::path& directory,
                 config::Problems& problems);

/// Whether values are rendered, or only places.
enum class Rendering { whole, places };

/// Throws base::Error for a template that cannot be rendered or renders to nothing, and for a file's path
/// that leads out of the repository.
Edit render_edit(const EditOptions& edit, const config::Value& data, const std::filesystem::path& directory,
                 Rendering rendering);

/// Rendered, without white space around it. Throws base::Error, naming the field, when nothing is left.
std::string render_line(const LocatedTemplate& text, const config::Value& data, const std::string& field);

/// The file as the edit makes it. Throws base::Error that begins with the file's path.
std::string apply_edit(const Edit& edit, const std::string& content);

/// The file with a value at a place; it is JSON when its name says so, else YAML.
std::string with_value(const Edit& edit, const Setting& setting, const std::string& content,
                       const std::string& value);

/// The file with the value that `source`, an earlier state of it, has at a place.
std::string with_value_of(const Edit& edit, const Setting& setting, const std::string& content,
                          const std::string& source);

}  // namespace iter8::tasks::pull_request
