#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "load/data_rows.h"
#include "load/grpc_call.h"
#include "tasks/grpc/options.h"
#include "tasks/grpc/service.h"

namespace iter8::tasks::grpc {

/// What calls send, as it stands in the file: JSON texts, which may hold placeholders, or one serialised
/// message.
struct MessageTexts {
  std::vector<std::string> texts;
  bool is_binary = false;
  std::string source = "data";  // for messages: the option, and its file
};

/// Throws base::Error for a file that cannot be read or holds no messages.
MessageTexts message_texts(const GrpcOptions& options, const std::filesystem::path& directory);

/// The call with its messages, encoded where all calls send the same. Refers to `call`, which outlives it,
/// and `rows` (may be null). Throws base::Error that names the message which does not fit, with each of the
/// first thousand rows where it takes values from them.
load::GrpcCall call_of(const GrpcOptions& options, const DescribedCall& call, const MessageTexts& messages,
                       const load::Rows* rows);

}  // namespace iter8::tasks::grpc
