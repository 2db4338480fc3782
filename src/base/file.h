#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace iter8::base {

/// The file's bytes. Throws Error, naming the path and the reason, when it cannot be read, is not a regular
/// file, or is larger than `limit` bytes.
std::string read_file(const std::filesystem::path& path, std::size_t limit);

/// All that comes from an open descriptor until its end, such as a pipe: waits for whoever writes it. `name`
/// is for messages. Throws Error as read_file() does.
std::string read_stream(int descriptor, std::size_t limit, const std::string& name);

/// Replaces the file as a whole: writes a temporary file beside it, syncs it and renames it over `path`, so
/// that a reader (or whoever looks after a crash at any moment) sees the old content or the new one. Keeps
/// the mode of an existing file; a new one gets 0644. Throws Error with path and reason, and leaves no
/// temporary file behind.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Whether what the path leads to, through whatever symbolic links, lies in the folder or below it. A part
/// that does not exist yet is taken as it stands.
bool is_below(const std::filesystem::path& path, const std::filesystem::path& folder);

/// What errno says, "No such file or directory".
std::string errno_text(int error);

}  // namespace iter8::base
