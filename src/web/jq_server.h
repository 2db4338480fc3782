#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace iter8::web {

/// The argument with which a program starts itself to evaluate jq programs. Not for people.
inline constexpr std::string_view kJqArgument = "serve-jq";

/// What one evaluation may need beside what is there before it.
inline constexpr std::size_t kJqMemory = std::size_t{512} * 1024 * 1024;

/// The other side of JqProcess: if the arguments ask for it, answers the requests on standard input (a
/// socket) until it is closed, and returns the exit code; otherwise nothing. Every main of a program that
/// evaluates jq calls it first.
std::optional<int> serve_jq_if_asked(int argc, char** argv);

}  // namespace iter8::web
