#pragma once

#include <string>
#include <string_view>

namespace iter8::base {

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits. For telling contents apart; it stands here so
/// that checking a file needs no cryptographic library to be loaded.
std::string sha256_hex(std::string_view bytes);

/// The same digest as its 32 bytes.
std::string sha256(std::string_view bytes);

/// HMAC with SHA-256 (RFC 2104) as 32 bytes: signs what is sent to webhooks. For a key that the receiver
/// knows, not for comparing a secret: nothing here runs in constant time.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// Two lower-case hexadecimal digits a byte.
std::string hex(std::string_view bytes);

}  // namespace iter8::base
