#include "base/file.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/descriptor.h"
#include "base/error.h"

using namespace iter8::base;
namespace fs = std::filesystem;

namespace {

/// A folder of its own for one test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "iter8-file-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path path;
};

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}));
}

}  // namespace

TEST_CASE("what was written atomically is read back, and nothing else is left behind") {
  const Folder folder;
  write_file_atomically(folder.path / "a", "one");
  write_file_atomically(folder.path / "a", "two");
  CHECK(read_file(folder.path / "a", 100) == "two");
  CHECK(entries(folder.path) == 1);
}

TEST_CASE("the temporary file that a killed writer left is used again, and one in use is left alone") {
  const Folder folder;
  const fs::path scratch = folder.path / ".a.tmp";
  std::ofstream(scratch) << "a long remainder of what a killed program wrote";
  write_file_atomically(folder.path / "a", "one");
  CHECK(read_file(folder.path / "a", 100) == "one");
  CHECK(entries(folder.path) == 1);

  const Descriptor in_use(::open(scratch.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  REQUIRE(::flock(in_use.get(), LOCK_EX) == 0);
  write_file_atomically(folder.path / "a", "two");
  CHECK(read_file(folder.path / "a", 100) == "two");
  CHECK(fs::exists(scratch));
}

TEST_CASE("a temporary file that is a link is not followed") {
  const Folder folder;
  std::ofstream(folder.path / "precious") << "kept";
  fs::create_symlink("precious", folder.path / ".a.tmp");
  write_file_atomically(folder.path / "a", "one");
  CHECK(read_file(folder.path / "precious", 100) == "kept");
  CHECK(read_file(folder.path / "a", 100) == "one");
}

TEST_CASE("the mode of an existing file is kept") {
  const Folder folder;
  write_file_atomically(folder.path / "a", "one");
  fs::permissions(folder.path / "a", fs::perms::owner_read | fs::perms::owner_write);
  write_file_atomically(folder.path / "a", "two");
  CHECK(fs::status(folder.path / "a").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("writing through a symbolic link replaces the file, not the link") {
  const Folder folder;
  write_file_atomically(folder.path / "real", "one");
  fs::create_symlink("real", folder.path / "link");
  write_file_atomically(folder.path / "link", "two");
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(read_file(folder.path / "real", 100) == "two");
}

TEST_CASE("a file that cannot be written says path and reason, and leaves nothing behind") {
  const Folder folder;
  CHECK_THROWS_WITH(write_file_atomically(folder.path / "none" / "a", "x"),
                    Catch::Contains("none/a") && Catch::Contains("No such file or directory"));
  CHECK_THROWS_WITH(write_file_atomically(folder.path, "x"), Catch::Contains("Is a directory"));
  CHECK_THROWS_WITH(write_file_atomically("/dev/full", "x"), Catch::Contains("No space left on device"));
  CHECK(entries(folder.path) == 0);
}

TEST_CASE("a file that cannot be read says path and reason") {
  const Folder folder;
  CHECK_THROWS_WITH(read_file(folder.path / "none", 10), Catch::Contains("No such file or directory"));
  CHECK_THROWS_WITH(read_file(folder.path, 10), Catch::Contains("Is a directory"));
  CHECK_THROWS_WITH(read_file("/dev/zero", 10), Catch::Contains("not a regular file"));
  REQUIRE(::mkfifo((folder.path / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(read_file(folder.path / "pipe", 10), Catch::Contains("not a regular file"));
  std::ofstream(folder.path / "large") << std::string(11, 'x');
  CHECK_THROWS_WITH(read_file(folder.path / "large", 10), Catch::Contains("larger than 10 bytes"));
}
