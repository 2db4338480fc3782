#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace iter8::ci {

/// `path` as seen from `root` when it lies below it, else as it is; empty stays empty.
std::string path_from(const std::filesystem::path& root, const std::filesystem::path& path);

/// Adds to the end of a file. Throws base::Error, naming the path, when it cannot.
void append_to_file(const std::filesystem::path& path, std::string_view text);

/// Gives what root has made below `directory` since then (`.git` excepted) to the directory's owner, who
/// could not even delete it otherwise. Nothing for any other user, and nothing on a file system that refuses.
void give_new_files_to_owner(const std::filesystem::path& directory, base::WallTime since);

}  // namespace iter8::ci
