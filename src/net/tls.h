#pragma once

#include <string>
#include <vector>

namespace iter8::net {

enum class Verification { on, off };

/// How a client secures a connection. Empty paths mean the system's own certificates and no client
/// certificate.
struct TlsSettings {
  std::string ca;                      // file of PEM certificates to trust instead of the system's
  std::string cert;                    // client certificate (chain), PEM
  std::string key;                     // its key, PEM
  std::string server_name;             // for SNI and for the name check; empty = the host of the URL
  std::vector<std::string> protocols;  // offered by ALPN (RFC 7301), the best first; empty = nothing is said
  Verification verification = Verification::on;
};

}  // namespace iter8::net
