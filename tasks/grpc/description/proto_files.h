#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/compiler/importer.h>

namespace iter8::tasks::grpc {

/// The .proto files that an import may name: those below the given folders, in their order. What libprotobuf
/// would follow without end is refused: files of more than 4 MiB, more than 1000 files, brackets nested more
/// than 100 deep. Nothing above the folders is opened. Used by one thread.
class ProtoFiles final : public google::protobuf::compiler::SourceTree {
 public:
  explicit ProtoFiles(std::vector<std::filesystem::path> folders);

  /// The name by which imports know the file: relative to the first folder that holds it.
  /// Throws base::UsageError when it lies in none, or when another file hides it.
  std::string name_of(const std::filesystem::path& file) const;

  google::protobuf::io::ZeroCopyInputStream* Open(const std::string& name) override;
  std::string GetLastErrorMessage() override { return problem_; }

 private:
  std::vector<std::filesystem::path> folders_;
  std::size_t opened_ = 0;
  std::string problem_;
};

}  // namespace iter8::tasks::grpc
