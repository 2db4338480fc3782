#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "experiment/task.h"
#include "load/plan.h"
#include "tasks/grpc/description/description.h"
#include "tasks/grpc/options.h"

namespace iter8::tasks::grpc {

/// A call of which it is known where it goes and what its messages are.
struct DescribedCall {
  std::string path;  // "/package.Service/Method"
  Streaming streaming = Streaming::none;
  /// The message that a JSON text stands for; empty where messages are given in binary only. Throws
  /// base::Error. Thread-safe.
  std::function<std::string(std::string_view json)> encode;
  /// Throws base::Error for a serialised message that is none of the method's; empty where nothing says so.
  std::function<void(std::string_view bytes)> check;
  std::optional<Description> description;  // of the message types, where encode() uses it

  bool client_streams() const { return streaming == Streaming::client || streaming == Streaming::both; }
  bool server_streams() const { return streaming == Streaming::server || streaming == Streaming::both; }
};

/// What proto or protoset say; nothing where neither is given. Throws base::Error that says what is wrong
/// with them.
std::optional<Description> description_of_files(const GrpcOptions& options,
                                                const std::filesystem::path& directory);

/// The call as `description` (of the files) or kind describe it, or of the health service, which needs none
/// of them. Nothing where the server has to be asked. Throws base::Error that says what there is where there
/// is no such method.
std::optional<DescribedCall> describe_call(const GrpcOptions& options, const std::string& call,
                                           std::optional<Description> description);

/// Asks the server (reflection). Throws base::Error.
DescribedCall describe_by_server(const GrpcOptions& options, const std::string& call,
                                 const load::Target& server, const load::Headers& metadata,
                                 const experiment::Context& context);

}  // namespace iter8::tasks::grpc
