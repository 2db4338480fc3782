#pragma once

#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "base/host_policy.h"
#include "load/plan.h"
#include "tasks/grpc/description/description.h"

namespace iter8::tasks::grpc {

/// The server that is asked.
struct ReflectionServer {
  load::Target target;     // without path and messages; its headers are the metadata of each question
  base::HostPolicy hosts;  // where connections may go
  base::Duration timeout = std::chrono::seconds(10);  // of one question
};

/// The description of the service of a call, as the server gives it by the reflection service of gRPC, v1 or
/// else v1alpha. Asks for what the files import as well where the server does not send it by itself: at most
/// 1000 files, a million messages and texts in them, 16 MiB an answer and 64 MiB in all. Throws base::Error
/// that names the server and what went wrong: no answer, no HTTP/2, no reflection, no such service (with what
/// there is).
Description describe_by_reflection(const ReflectionServer& server, std::string_view call,
                                   const std::stop_token& stop);

}  // namespace iter8::tasks::grpc
