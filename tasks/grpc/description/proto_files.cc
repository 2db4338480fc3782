#include "tasks/grpc/description/proto_files.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace iter8::tasks::grpc {
namespace {

constexpr std::size_t kLargestFile = std::size_t{4} << 20;
constexpr std::size_t kMostFiles = 1000;
constexpr int kDeepest = 100;

/// A file as the library reads it, which owns its text.
class OwnedText final : public google::protobuf::io::ZeroCopyInputStream {
 public:
  explicit OwnedText(std::string text)
      : text_(std::move(text)), stream_(text_.data(), static_cast<int>(text_.size())) {}

  bool Next(const void** data, int* size) override { return stream_.Next(data, size); }
  void BackUp(int count) override { stream_.BackUp(count); }
  bool Skip(int count) override { return stream_.Skip(count); }
  std::int64_t ByteCount() const override { return stream_.ByteCount(); }

 private:
  std::string text_;
  google::protobuf::io::ArrayInputStream stream_;
};

/// Whether brackets nest deeper than the parser, which recurses, can follow. Those in texts and comments
/// count as well, which is right for every file that anybody writes.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  for (const char letter : text) {
    if (letter == '{' || letter == '[' || letter == '(' || letter == '<') {
      if (++depth > kDeepest) return true;
    } else if (letter == '}' || letter == ']' || letter == ')' || letter == '>') {
      depth = std::max(0, depth - 1);
    }
  }
  return false;
}

bool stays_below(const std::filesystem::path& name) {
  return name.is_relative() && std::ranges::none_of(name, [](const auto& part) { return part == ".."; });
}

}  // namespace

ProtoFiles::ProtoFiles(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

std::string ProtoFiles::name_of(const std::filesystem::path& file) const {
  std::error_code error;
  const std::filesystem::path wanted = std::filesystem::weakly_canonical(file, error);
  for (const std::filesystem::path& folder : folders_) {
    const std::filesystem::path name =
        wanted.lexically_relative(std::filesystem::weakly_canonical(folder, error));
    if (name.empty() || !stays_below(name)) continue;
    for (const std::filesystem::path& earlier : folders_) {
      if (!std::filesystem::exists(earlier / name, error)) continue;
      if (std::filesystem::equivalent(earlier / name, file, error)) break;
      throw base::UsageError(fmt::format("{} is hidden by {}, which stands in an import path before it",
                                         base::printable(file.string()),
                                         base::printable((earlier / name).string())));
    }
    return name.string();
  }
  throw base::UsageError(base::printable(file.string()) + " is in none of the import paths");
}

google::protobuf::io::ZeroCopyInputStream* ProtoFiles::Open(const std::string& name) {
  problem_ = "not found in the import paths";
  if (!stays_below(name)) return nullptr;
  for (const std::filesystem::path& folder : folders_) {
    std::error_code error;
    if (!std::filesystem::exists(folder / name, error)) continue;
    if (++opened_ > kMostFiles) {
      problem_ = fmt::format("more than {} files are imported", kMostFiles);
      return nullptr;
    }
    try {
      std::string text = base::read_file(folder / name, kLargestFile);
      if (!is_too_deep(text)) return new OwnedText(std::move(text));
      problem_ = fmt::format("its brackets nest more than {} deep", kDeepest);
    } catch (const base::Error& failure) {
      problem_ = failure.what();
    }
    return nullptr;
  }
  return nullptr;
}

}  // namespace iter8::tasks::grpc
