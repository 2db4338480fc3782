#pragma once

#include <string>
#include <string_view>

namespace iter8::net {

/// The signature of RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2; `RS256` of RFC 7518) of `bytes`
/// with a private key in PEM form. Loads OpenSSL. Thread-safe. Throws base::Error, never showing the key,
/// when it cannot be read or is not an RSA key.
std::string rsa_sha256_signature(const std::string& private_key, std::string_view bytes);

}  // namespace iter8::net
