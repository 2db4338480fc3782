#pragma once

#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/util/type_resolver.h>

#include "tasks/grpc/description/description.h"
#include "tasks/grpc/description/proto_files.h"

namespace iter8::tasks::grpc {

/// Collects what is wrong with descriptions, a line a problem.
class DescriptionErrors final : public google::protobuf::compiler::MultiFileErrorCollector,
                                public google::protobuf::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, int line, int column, const std::string& message) override;
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message* descriptor, ErrorLocation location,
                const std::string& message) override;

  /// At most ten problems, then how many more there are.
  std::string text() const;

 private:
  std::vector<std::string> problems_;
};

/// The parts of a description, in the order in which they refer to each other.
struct Description::Parts {
  DescriptionErrors errors;
  google::protobuf::SimpleDescriptorDatabase well_known;
  std::unique_ptr<ProtoFiles> proto_files;
  std::unique_ptr<google::protobuf::DescriptorDatabase> described;
  std::unique_ptr<google::protobuf::DescriptorDatabase> all;
  std::unique_ptr<google::protobuf::DescriptorPool> pool;
  std::unique_ptr<google::protobuf::util::TypeResolver> resolver;
  std::vector<const google::protobuf::FileDescriptor*> files;  // whose services may be called

  Parts();
  /// Makes pool and resolver of `all`; `collector` is told what is wrong with it.
  void build_pool(google::protobuf::DescriptorPool::ErrorCollector& collector);
  void add_file(const std::string& name);
};

/// How the library names a type in its resolver.
std::string type_url(std::string_view type);

}  // namespace iter8::tasks::grpc
