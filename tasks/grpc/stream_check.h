#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tasks/grpc/description/description.h"
#include "tasks/grpc/options.h"

namespace iter8::tasks::grpc {

/// A field of `stream` that a call has no use for.
struct NeedlessField {
  std::string_view field;        // "interval"
  std::string_view older_field;  // as older files name it
  std::string why;               // a sentence
};

/// The first of them, for the call of this name and kind; nothing when the call has a use for all that is
/// given.
std::optional<NeedlessField> needless_field(const StreamOptions& stream, const std::string& call,
                                            Streaming streaming);

}  // namespace iter8::tasks::grpc
