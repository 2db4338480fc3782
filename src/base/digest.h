#pragma once

#include <string>
#include <string_view>

namespace iter8::base {

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits, for telling contents apart. The digests of this
/// file are those of nettle, which is linked in: OpenSSL, which net loads for TLS, costs a start more than
/// the digest.
std::string sha256_hex(std::string_view bytes);

/// The same digest as its 32 bytes.
std::string sha256(std::string_view bytes);

/// SHA-1 (FIPS 180-4) as its 20 bytes: no digest to trust, but one that older protocols ask for.
std::string sha1(std::string_view bytes);

/// HMAC with SHA-256 (RFC 2104) as 32 bytes: signs what is sent to webhooks. To check a signature, do not
/// compare two of them with ==, which ends at the first difference and so tells how far a guess was right.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// Two lower-case hexadecimal digits a byte.
std::string hex(std::string_view bytes);

}  // namespace iter8::base
