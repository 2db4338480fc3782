#pragma once

#include <string>
#include <string_view>

namespace iter8::base {

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits. For telling contents apart; it stands here so
/// that checking a file needs no cryptographic library to be loaded.
std::string sha256_hex(std::string_view bytes);

}  // namespace iter8::base
