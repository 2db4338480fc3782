#include "tasks/grpc/description/parts.h"

#include <algorithm>

#include <fmt/format.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/type_resolver_util.h>
#include <google/protobuf/wrappers.pb.h>

#include "base/error.h"
#include "base/text.h"
#include "tasks/grpc/description/protobuf_library.h"

namespace iter8::tasks::grpc {
namespace {

constexpr std::string_view kTypePrefix = "type.googleapis.com";

}  // namespace

void DescriptionErrors::AddError(const std::string& file, int line, int column, const std::string& message) {
  // Lines and columns count from 0; -1 stands for the file as a whole.
  const std::string place = line < 0 ? file : fmt::format("{}:{}:{}", file, line + 1, column + 1);
  problems_.push_back(base::printable(place + ": " + message, 500));
}

void DescriptionErrors::AddError(const std::string& file, const std::string& element,
                                 const google::protobuf::Message* /*descriptor*/, ErrorLocation /*location*/,
                                 const std::string& message) {
  problems_.push_back(base::printable(fmt::format("{}: {}: {}", file, element, message), 500));
}

std::string DescriptionErrors::text() const {
  constexpr std::size_t kMostShown = 10;
  std::vector<std::string> shown(problems_.begin(), problems_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                            problems_.size(), kMostShown)));
  if (problems_.size() > kMostShown)
    shown.push_back(fmt::format("and {} more", problems_.size() - kMostShown));
  return base::join(shown, "\n");
}

Description::Parts::Parts() {
  initialise_protobuf();
  using namespace google::protobuf;  // NOLINT(google-build-using-namespace): a list of its types
  for (const FileDescriptor* file :
       {Any::descriptor()->file(), Duration::descriptor()->file(), Empty::descriptor()->file(),
        FieldMask::descriptor()->file(), FileDescriptorProto::descriptor()->file(),
        Struct::descriptor()->file(), Timestamp::descriptor()->file(), Int32Value::descriptor()->file()}) {
    FileDescriptorProto copy;
    file->CopyTo(&copy);
    well_known.Add(copy);
  }
}

void Description::Parts::build_pool(google::protobuf::DescriptorPool::ErrorCollector& collector) {
  pool = std::make_unique<google::protobuf::DescriptorPool>(all.get(), &collector);
  resolver.reset(
      google::protobuf::util::NewTypeResolverForDescriptorPool(std::string(kTypePrefix), pool.get()));
}

void Description::Parts::add_file(const std::string& name) {
  if (const auto* file = pool->FindFileByName(name); file != nullptr) files.push_back(file);
}

std::string type_url(std::string_view type) {
  return fmt::format("{}/{}", kTypePrefix, type);
}

}  // namespace iter8::tasks::grpc
