#include "tasks/grpc/service.h"

#include <utility>
#include <vector>

#include "base/error.h"
#include "base/host_policy.h"
#include "tasks/grpc/description/reflection.h"
#include "tasks/grpc/health.h"

namespace iter8::tasks::grpc {

namespace {

Streaming streaming_of(CallKind kind) {
  switch (kind) {
    case CallKind::client:
      return Streaming::client;
    case CallKind::server:
      return Streaming::server;
    case CallKind::both:
      return Streaming::both;
    case CallKind::described:
    case CallKind::unary:
      break;
  }
  return Streaming::none;
}

DescribedCall described_by(Description description, const std::string& call) {
  const Method method = description.method(call);
  return {.path = method.path(),
          .streaming = method.streaming(),
          .encode = [method](std::string_view json) { return method.encode(json); },
          .check = [method](std::string_view bytes) { method.check_request(bytes); },
          .description = std::move(description)};
}

std::optional<DescribedCall> health_call(const CallName& name) {
  if (name.service != kHealthService || (name.method != "Check" && name.method != "Watch"))
    return std::nullopt;
  return DescribedCall{.path = "/" + name.service + "/" + name.method,
                       .streaming = name.method == "Watch" ? Streaming::server : Streaming::none,
                       .encode = encode_health_request,
                       .check = {},
                       .description = {}};
}

}  // namespace

std::optional<Description> description_of_files(const GrpcOptions& options,
                                                const std::filesystem::path& directory) {
  if (options.proto) {
    std::vector<std::filesystem::path> folders;
    for (const std::string& folder : options.import_paths) folders.push_back(directory / folder);
    return Description::of_proto(directory / options.proto->value, folders);
  }
  if (options.protoset) return Description::of_protoset(directory / options.protoset->value);
  return std::nullopt;
}

std::optional<DescribedCall> describe_call(const GrpcOptions& options, const std::string& call,
                                           std::optional<Description> description) {
  if (description) return described_by(std::move(*description), call);
  const CallName name = parse_call(call);
  if (options.kind != CallKind::described)
    return DescribedCall{.path = "/" + name.service + "/" + name.method,
                         .streaming = streaming_of(options.kind),
                         .encode = {},
                         .check = {},
                         .description = {}};
  return health_call(name);
}

DescribedCall describe_by_server(const GrpcOptions& options, const std::string& call,
                                 const load::Target& server, const load::Headers& metadata,
                                 const experiment::Context& context) {
  ReflectionServer asked{
      .target = server, .hosts = base::HostPolicy::of(context.environment), .timeout = options.load.timeout};
  asked.target.headers = metadata;
  return described_by(describe_by_reflection(asked, call, context.stop), call);
}

}  // namespace iter8::tasks::grpc
