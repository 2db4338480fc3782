#pragma once

#include <string>
#include <vector>

#include "forge/contents.h"
#include "tasks/pull-request/edits.h"

namespace iter8::tasks::pull_request {

/// What the edits make of the files of a commit: only files that differ, each once. Throws base::Error for a
/// file that is missing, naming the nearest one there is.
std::vector<git::Change> changes_of(forge::Contents& contents, const std::string& commit,
                                    const std::vector<Edit>& edits);

/// The changes that take back what the commit `promotion` (the merge of a pull request) did to the files of
/// the edits. A file that is as the promotion left it becomes what it was before; in one that changed since,
/// the values that the edits set get their former values. Throws base::Error where neither is possible.
std::vector<git::Change> reverse_changes(forge::Contents& contents, const std::string& commit,
                                         const std::string& promotion, const std::vector<Edit>& edits);

/// The lines that differ, each with - or + before it, under the file's name: for people.
std::vector<std::string> diff(const std::string& file, const std::string& before, const std::string& after);

}  // namespace iter8::tasks::pull_request
