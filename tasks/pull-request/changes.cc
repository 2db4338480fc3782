#include "tasks/pull-request/changes.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"

namespace iter8::tasks::pull_request {

namespace {

/// One file while edits are applied to it.
struct WorkingFile {
  std::string file;
  std::optional<git::File> before;
  std::string content;
};

[[noreturn]] void report_missing_file(forge::Contents& contents, const std::string& commit,
                                      const std::string& file) {
  const std::size_t slash = file.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : file.substr(0, slash);
  std::vector<std::string> there;
  for (const std::string& name : contents.names(commit, folder))
    there.push_back(folder.empty() ? name : folder + "/" + name);
  std::string text = fmt::format("{}: not found in the repository", file);
  if (there.empty()) text += ", nor its folder";
  throw base::Error(text + base::suggestion(file, there));
}

WorkingFile& open_working_file(std::vector<WorkingFile>& files, forge::Contents& contents,
                               const std::string& commit, const Edit& edit) {
  const auto known = std::ranges::find(files, edit.file, &WorkingFile::file);
  if (known != files.end()) return *known;
  WorkingFile working{.file = edit.file, .before = contents.file(commit, edit.file), .content = {}};
  if (!working.before && !edit.content) report_missing_file(contents, commit, edit.file);
  if (working.before) working.content = working.before->content;
  files.push_back(std::move(working));
  return files.back();
}

std::string reverse_edit(const Edit& edit, const std::string& before, const std::string& current) {
  if (edit.settings.empty())
    throw base::Error(edit.file + ": has changed since the promotion; it cannot be reversed by itself");
  std::string result = current;
  for (const Setting& setting : edit.settings) result = with_value_of(edit, setting, result, before);
  return result;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = base::split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

std::vector<git::Change> changes_of(forge::Contents& contents, const std::string& commit,
                                    const std::vector<Edit>& edits) {
  std::vector<WorkingFile> files;
  for (const Edit& edit : edits) {
    WorkingFile& working = open_working_file(files, contents, commit, edit);
    working.content = apply_edit(edit, working.content);
  }
  std::vector<git::Change> changes;
  for (WorkingFile& file : files) {
    if (file.before && file.before->content == file.content) continue;
    changes.push_back({.path = file.file,
                       .content = std::move(file.content),
                       .is_executable = file.before && file.before->is_executable,
                       .is_new = !file.before});
  }
  return changes;
}

std::vector<git::Change> reverse_changes(forge::Contents& contents, const std::string& commit,
                                         const std::string& promotion, const std::vector<Edit>& edits) {
  const std::vector<std::string> parents = contents.commit(promotion).parents;
  if (parents.empty()) throw base::Error("the promotion " + promotion + " has no commit before it");
  std::vector<git::Change> changes;
  for (const Edit& edit : edits) {
    const auto before = contents.file(parents.front(), edit.file);
    const auto after = contents.file(promotion, edit.file);
    const auto current = contents.file(commit, edit.file);
    if (!current) report_missing_file(contents, commit, edit.file);
    if (!before || !after)
      throw base::Error(edit.file + ": was made by the promotion; it is not deleted by itself");
    const auto same = std::ranges::find(changes, edit.file, &git::Change::path);
    const std::string& now = same == changes.end() ? current->content : same->content;
    std::string content = now == after->content    ? before->content
                          : now == before->content ? now
                                                   : reverse_edit(edit, before->content, now);
    if (same != changes.end()) {
      same->content = std::move(content);
    } else if (content != current->content) {
      changes.push_back(
          {.path = edit.file, .content = std::move(content), .is_executable = current->is_executable});
    }
  }
  return changes;
}

std::vector<std::string> diff(const std::string& file, const std::string& before, const std::string& after) {
  const std::vector<std::string> old_lines = lines_of(before);
  const std::vector<std::string> new_lines = lines_of(after);
  std::vector<std::string> result = {"--- " + file, "+++ " + file};
  if (old_lines.size() == new_lines.size()) {  // values that were set: line by line
    for (std::size_t i = 0; i < old_lines.size(); ++i) {
      if (old_lines[i] == new_lines[i]) continue;
      result.push_back("-" + old_lines[i]);
      result.push_back("+" + new_lines[i]);
    }
    return result;
  }
  const auto [old_at, new_at] = std::ranges::mismatch(old_lines, new_lines);
  auto old_end = old_lines.end();
  auto new_end = new_lines.end();
  while (old_end != old_at && new_end != new_at && *(old_end - 1) == *(new_end - 1)) {
    --old_end;
    --new_end;
  }
  for (auto line = old_at; line != old_end; ++line) result.push_back("-" + *line);
  for (auto line = new_at; line != new_end; ++line) result.push_back("+" + *line);
  return result;
}

}  // namespace iter8::tasks::pull_request
