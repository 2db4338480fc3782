#include "tasks/grpc/description/description.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <google/protobuf/descriptor.pb.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "tasks/grpc/description/parts.h"

namespace iter8::tasks::grpc {
namespace {

namespace pb = google::protobuf;

constexpr std::size_t kLargestProtoset = std::size_t{64} << 20;

Streaming streaming_of(const pb::MethodDescriptor& method) {
  if (method.client_streaming()) return method.server_streaming() ? Streaming::both : Streaming::client;
  return method.server_streaming() ? Streaming::server : Streaming::none;
}

/// "; it has a, b, c": what could have been meant where no name is near.
std::string choices(std::string_view word, const std::vector<std::string>& names, std::string_view whose) {
  constexpr std::size_t kMostNamed = 8;
  std::string near = base::suggestion(word, names);
  if (!near.empty() || names.empty()) return near;
  std::vector<std::string> shown(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kMostNamed)));
  if (names.size() > shown.size()) shown.emplace_back("…");
  return fmt::format("; {} {}", whose, base::join(shown, ", "));
}

}  // namespace

Description::Description(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Description::Description(Description&&) noexcept = default;
Description& Description::operator=(Description&&) noexcept = default;
Description::~Description() = default;

Description Description::of_proto(const std::filesystem::path& file,
                                  const std::vector<std::filesystem::path>& import_paths) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error))
    throw base::UsageError(base::printable(file.string()) + ": " +
                           (error ? error.message() : std::string("expected a .proto file")));
  auto parts = std::make_unique<Parts>();
  std::vector<std::filesystem::path> folders = import_paths;
  folders.push_back(file.parent_path().empty() ? "." : file.parent_path());
  parts->proto_files = std::make_unique<ProtoFiles>(std::move(folders));
  const std::string name = parts->proto_files->name_of(file);
  auto sources = std::make_unique<pb::compiler::SourceTreeDescriptorDatabase>(parts->proto_files.get(),
                                                                              &parts->well_known);
  sources->RecordErrorsTo(&parts->errors);
  pb::DescriptorPool::ErrorCollector& with_lines = *sources->GetValidationErrorCollector();
  parts->all = std::move(sources);
  parts->build_pool(with_lines);
  parts->add_file(name);
  if (parts->files.empty()) throw base::UsageError(parts->errors.text());
  return Description(std::move(parts));
}

Description Description::of_protoset(const std::filesystem::path& file) {
  auto parts = std::make_unique<Parts>();
  pb::FileDescriptorSet set;
  if (!set.ParseFromString(base::read_file(file, kLargestProtoset)) || set.file_size() == 0)
    throw base::UsageError(
        base::printable(file.string()) +
        ": expected a set of descriptors, as protoc --include_imports --descriptor_set_out writes it");
  std::vector<std::string> serialised;
  serialised.reserve(static_cast<std::size_t>(set.file_size()));
  for (const pb::FileDescriptorProto& described : set.file())
    serialised.push_back(described.SerializeAsString());
  try {
    return of_files(serialised);
  } catch (const base::Error& problem) {
    throw base::UsageError(fmt::format("{}: {}", base::printable(file.string()), problem.what()));
  }
}

Description Description::of_files(const std::vector<std::string>& serialised) {
  auto parts = std::make_unique<Parts>();
  auto described = std::make_unique<pb::SimpleDescriptorDatabase>();
  std::vector<std::string> names;
  for (const std::string& bytes : serialised) {
    pb::FileDescriptorProto file;
    if (!file.ParseFromString(bytes))
      throw base::Error("expected the description of a file, found other bytes");
    pb::FileDescriptorProto known;
    if (parts->well_known.FindFileByName(file.name(), &known)) continue;
    if (described->FindFileByName(file.name(), &known)) continue;
    if (!described->Add(file))
      throw base::Error(base::printable(file.name()) + " describes what another file describes too");
    names.push_back(file.name());
  }
  parts->all = std::make_unique<pb::MergedDescriptorDatabase>(described.get(), &parts->well_known);
  parts->described = std::move(described);
  parts->build_pool(parts->errors);
  for (const std::string& name : names) parts->add_file(name);
  if (parts->files.size() < names.size()) throw base::Error(parts->errors.text());
  return Description(std::move(parts));
}

std::vector<std::string> Description::services() const {
  std::vector<std::string> names;
  for (const pb::FileDescriptor* file : parts_->files)
    for (int i = 0; i < file->service_count(); ++i) names.push_back(file->service(i)->full_name());
  std::ranges::sort(names);
  return names;
}

Method Description::method(std::string_view call) const {
  const CallName name = parse_call(call);
  const pb::ServiceDescriptor* service = parts_->pool->FindServiceByName(name.service);
  if (service == nullptr)
    throw base::UsageError(fmt::format("there is no service '{}'{}", base::printable(name.service),
                                       choices(name.service, services(), "there are")));
  const pb::MethodDescriptor* method = service->FindMethodByName(name.method);
  if (method == nullptr) {
    std::vector<std::string> names;
    for (int i = 0; i < service->method_count(); ++i) names.push_back(service->method(i)->name());
    throw base::UsageError(fmt::format("service '{}' has no method '{}'{}", service->full_name(),
                                       base::printable(name.method), choices(name.method, names, "it has")));
  }
  Method result;
  result.parts_ = parts_.get();
  result.path_ = fmt::format("/{}/{}", service->full_name(), method->name());
  result.streaming_ = streaming_of(*method);
  result.request_type_ = method->input_type()->full_name();
  result.response_type_ = method->output_type()->full_name();
  return result;
}

CallName parse_call(std::string_view call) {
  std::string_view rest = call;
  if (rest.starts_with('/')) rest.remove_prefix(1);
  std::size_t split = rest.find('/');
  if (split == std::string_view::npos) split = rest.rfind('.');
  if (split == std::string_view::npos || split == 0 || split + 1 == rest.size() ||
      rest.find('/', split + 1) != std::string_view::npos)
    throw base::UsageError(fmt::format(
        "found '{}', expected package.Service/Method or package.Service.Method", base::printable(call)));
  return {.service = std::string(rest.substr(0, split)), .method = std::string(rest.substr(split + 1))};
}

}  // namespace iter8::tasks::grpc
