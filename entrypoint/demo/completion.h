#pragma once

#include <vector>

#include "base/clock.h"
#include "entrypoint/demo/behavior.h"
#include "entrypoint/demo/message.h"

namespace iter8::demo {

/// The answer of a language model as serving software streams it: server-sent events, each with a JSON object
/// of the kind "chat.completion.chunk". The role comes at once, the first token after `first`, each further
/// one after the version's gap, with the last one the number of tokens, and at the end "[DONE]".
std::vector<Part> completion_parts(const Behavior& behavior, base::Duration first);

}  // namespace iter8::demo
