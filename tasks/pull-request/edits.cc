#include "tasks/pull-request/edits.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/edit/document_edit.h"
#include "forge/contents.h"
#include "tasks/evidence/data.h"

namespace iter8::tasks::pull_request {

namespace {

config::DocumentPath parsed_path(const std::string& text) {
  std::string problem;
  auto path = config::parse_document_path(text, problem);
  if (!path) throw base::Error(fmt::format("'{}' is not a path: {}", base::printable(text), problem));
  return std::move(*path);
}

bool stays_inside(const std::string& path) {
  if (path.empty() || path.front() == '/' || path.ends_with('/')) return false;
  return std::ranges::none_of(base::split(path, '/'), [](const std::string& part) {
    return part.empty() || part == "." || part == ".." || base::lower(part) == ".git";
  });
}

std::string file_of(const EditOptions& edit, const config::Value& data) {
  std::string file = render_line(edit.file, data, "file");
  if (!stays_inside(file) || file.find_first_of("\\\n\r") != std::string::npos)
    throw base::Error(fmt::format("file '{}' is not a path inside a repository", base::printable(file)));
  return file;
}

void add_setting(std::vector<SettingTemplate>& list, const std::string& at, const char* key,
                 const std::optional<LocatedTemplate>& value) {
  if (value) list.push_back({.path = at + "." + key, .value = &*value});
}

bool is_json(const std::string& file) {
  return file.ends_with(".json");
}

void check_one(const EditOptions& edit, const std::filesystem::path& directory, config::Problems& problems) {
  for (const SettingTemplate& setting : settings_of(edit)) {
    std::string problem;
    if (!config::parse_document_path(setting.path, problem))
      problems.error(setting.value->position,
                     fmt::format("'{}' is not a path: {}", base::printable(setting.path), problem));
  }
  for (const ReplaceOptions& replace : edit.replace) {
    std::string problem;
    if (!config::Regex::compile(replace.pattern.value, problem))
      problems.error(replace.pattern.position, fmt::format("'{}' is not a pattern: {}",
                                                           base::printable(replace.pattern.value), problem));
  }
  std::error_code error;
  if (edit.content_file && !std::filesystem::is_regular_file(directory / edit.content_file->value, error))
    problems.error(
        edit.content_file->position,
        "contentFile: found no file " + base::printable((directory / edit.content_file->value).string()));
  if (edit.file.value.is_constant() && !stays_inside(edit.file.value.text()))
    problems.error(edit.file.position, fmt::format("file '{}' is not a path inside a repository",
                                                   base::printable(edit.file.value.text())));
}

std::string apply_replacement(const Edit& edit, const Replacement& replacement, const std::string& content) {
  if (!base::is_utf8(content) || content.find('\0') != std::string::npos)
    throw base::Error(edit.file + ": a binary file; patterns work on text only");
  if (!replacement.pattern.occurs_in(content))
    throw base::Error(
        fmt::format("{}: the pattern '{}' matches nothing", edit.file, base::printable(replacement.text)));
  return replacement.pattern.replace_all(content, replacement.with, forge::Contents::kMostBytes);
}

}  // namespace

std::vector<SettingTemplate> settings_of(const EditOptions& edit) {
  std::vector<SettingTemplate> list;
  for (const auto& [path, value] : edit.set) list.push_back({.path = path, .value = &value});
  if (edit.kustomize) {
    const std::string at = fmt::format(".images[name={}]", edit.kustomize->image);
    add_setting(list, at, "newName", edit.kustomize->new_name);
    add_setting(list, at, "newTag", edit.kustomize->new_tag);
    add_setting(list, at, "digest", edit.kustomize->digest);
  }
  if (edit.helm) {
    add_setting(list, edit.helm->at.value, "repository", edit.helm->repository);
    add_setting(list, edit.helm->at.value, "tag", edit.helm->tag);
    add_setting(list, edit.helm->at.value, "digest", edit.helm->digest);
  }
  return list;
}

void check_edits(const std::vector<EditOptions>& edits, const std::filesystem::path& directory,
                 config::Problems& problems) {
  for (const EditOptions& edit : edits) check_one(edit, directory, problems);
}

std::string render_line(const LocatedTemplate& text, const config::Value& data, const std::string& field) {
  std::string line(base::trim(render(text.value, data)));
  if (line.empty())
    throw base::Error(field + ": the template '" + base::printable(text.value.text()) +
                      "' renders to nothing");
  return line;
}

Edit render_edit(const EditOptions& edit, const config::Value& data, const std::filesystem::path& directory,
                 Rendering rendering) {
  Edit result{.file = file_of(edit, data)};
  if (edit.document) result.document = static_cast<std::size_t>(*edit.document);
  for (const SettingTemplate& setting : settings_of(edit))
    result.settings.push_back(
        {.path = parsed_path(setting.path),
         .value = rendering == Rendering::places ? "" : render_line(*setting.value, data, setting.path)});
  for (const ReplaceOptions& replace : edit.replace) {
    std::string problem;
    auto pattern = config::Regex::compile(replace.pattern.value, problem);
    if (!pattern) throw base::Error("no pattern: " + problem);
    result.replacements.push_back(
        {.pattern = std::move(*pattern),
         .text = replace.pattern.value,
         .with = rendering == Rendering::places ? "" : render(replace.with.value, data)});
  }
  if (rendering == Rendering::places) return result;
  if (edit.content) {
    result.content = render(edit.content->value, data);
    if (base::trim(*result.content).empty())
      throw base::Error(result.file + ": the content renders to nothing");
  }
  if (edit.content_file)
    result.content = base::read_file(directory / edit.content_file->value, forge::Contents::kMostBytes);
  return result;
}

std::string apply_edit(const Edit& edit, const std::string& content) {
  if (edit.content) return *edit.content;
  std::string result = content;
  for (const Setting& setting : edit.settings) result = with_value(edit, setting, result, setting.value);
  for (const Replacement& replacement : edit.replacements)
    result = apply_replacement(edit, replacement, result);
  return result;
}

std::string with_value(const Edit& edit, const Setting& setting, const std::string& content,
                       const std::string& value) {
  try {
    return is_json(edit.file) ? config::with_json_value(content, setting.path, value)
                              : config::with_yaml_value(content, setting.path, value, edit.document);
  } catch (const base::Error& error) {
    throw base::Error(edit.file + ": " + error.what());  // the editor knows no file
  }
}

std::string with_value_of(const Edit& edit, const Setting& setting, const std::string& content,
                          const std::string& source) {
  try {
    if (is_json(edit.file)) return config::with_json_value_of(content, setting.path, source);
    const std::string value = config::yaml_value(source, setting.path, edit.document);
    return config::with_yaml_value(content, setting.path, value, edit.document);
  } catch (const base::Error& error) {
    throw base::Error(edit.file + ": " + error.what());
  }
}

}  // namespace iter8::tasks::pull_request
