#pragma once

#include <cstddef>
#include <string_view>

namespace iter8::base {

/// How deep lists and objects are nested in a JSON text: 0 for `1`, 2 for `[{}]`. Reads the text once,
/// without recursion and without memory. For a text that is not JSON, a number that is at least as large as
/// the depth that a parser meets before it finds out.
std::size_t json_depth(std::string_view text);

/// What is read from outside at most: libraries copy, print and compare documents by recursion, and a hundred
/// thousand levels, which fit into 200 kB, end the process.
constexpr std::size_t kDeepestJson = 256;

/// Whether a text has a NUL, which JSON has nowhere. Libraries take the first one for the end of the text,
/// and would overlook what stands behind it.
bool has_nul(std::string_view text);

}  // namespace iter8::base
