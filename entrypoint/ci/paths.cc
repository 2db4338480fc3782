#include "entrypoint/ci/paths.h"

#include <fstream>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace iter8::ci {
namespace {

namespace fs = std::filesystem;

bool is_new_and_of_root(const fs::path& path, base::WallTime since) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || status.st_uid != 0) return false;
  const base::WallTime changed(std::chrono::seconds(status.st_ctim.tv_sec) +
                               std::chrono::nanoseconds(status.st_ctim.tv_nsec));
  return changed >= since;
}

}  // namespace

std::string path_from(const fs::path& root, const fs::path& path) {
  if (path.empty()) return {};
  std::error_code error;
  const fs::path inside = fs::proximate(fs::absolute(path), root, error);
  const bool is_below = !error && inside.is_relative() && *inside.begin() != "..";
  return (is_below ? inside : path).lexically_normal().string();
}

void append_to_file(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::app | std::ios::binary);
  file << text << std::flush;
  if (!file) throw base::Error(fmt::format("{}: cannot be written", path.string()));
}

void give_new_files_to_owner(const fs::path& directory, base::WallTime since) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(directory.c_str(), &owner) != 0 || owner.st_uid == 0) return;
  // The kernel stamps files with a clock that may lag behind ours by a tick.
  since -= std::chrono::milliseconds(20);

  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator entry(directory, options, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename() == ".git") {
      entry.disable_recursion_pending();
    } else if (is_new_and_of_root(entry->path(), since)) {
      // It may be gone by now, or on a file system without owners.
      [[maybe_unused]] const int ignored = ::lchown(entry->path().c_str(), owner.st_uid, owner.st_gid);
    }
  }
}

}  // namespace iter8::ci
