#include "net/tls_stream.h"

#include <array>
#include <cerrno>
#include <climits>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/error.h"

namespace iter8::net {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Session = std::unique_ptr<SSL, FreeSession>;

/// The first entry of this thread's error queue, which is the cause; the queue is then empty.
std::string take_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown TLS error";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : fmt::format("TLS error {:#x}", code);
}

void require(bool good, std::string_view what, const std::string& file) {
  if (!good) throw base::Error(fmt::format("{}: cannot use it as {}: {}", file, what, take_error()));
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

class OpensslStream final : public TlsStream {
 public:
  OpensslStream(SSL_CTX* context, int fd, const std::string& name) : session_(SSL_new(context)) {
    if (!session_ || SSL_set_fd(session_.get(), fd) != 1) throw base::Error("TLS: " + take_error());
    SSL_set_connect_state(session_.get());
    if (is_address(name)) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_.get()), name.c_str());
      return;  // RFC 6066: no address in SNI
    }
    // The macro SSL_set_tlsext_host_name holds an old-style cast; this is what it expands to.
    SSL_ctrl(session_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(name.c_str()));
    SSL_set_hostflags(session_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(session_.get(), name.c_str());
  }

  IoResult handshake() override {
    ERR_clear_error();
    return result_of(SSL_do_handshake(session_.get()), 0);
  }

  IoResult send(std::span<const char> bytes) override {
    std::size_t written = 0;
    ERR_clear_error();
    const int code = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written);
    return result_of(code, written);
  }

  IoResult receive(std::span<char> room) override {
    std::size_t read = 0;
    ERR_clear_error();
    const int code = SSL_read_ex(session_.get(), room.data(), room.size(), &read);
    return result_of(code, read);
  }

  bool holds_bytes() const override { return SSL_has_pending(session_.get()) == 1; }

  std::string failure() const override { return failure_; }

 private:
  IoResult result_of(int code, std::size_t bytes) {
    if (code == 1) [[likely]] {
      return {.status = IoStatus::done, .bytes = bytes};
    }
    const int system_error = errno;
    switch (SSL_get_error(session_.get(), code)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return {.status = IoStatus::later};
      case SSL_ERROR_ZERO_RETURN:
        return {.status = IoStatus::closed};
      case SSL_ERROR_SYSCALL:
        if (system_error == 0) return {.status = IoStatus::cut};
        return {.status = IoStatus::failed, .error = system_error};
      default:
        if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
          return {.status = IoStatus::cut};
        failure_ = explain();
        return {.status = IoStatus::failed};
    }
  }

  /// "certificate verify failed" alone does not help; what is wrong with the certificate does.
  std::string explain() const {
    std::string reason = take_error();
    const long verdict = SSL_get_verify_result(session_.get());
    if (verdict == X509_V_OK) return reason;
    return fmt::format("{}: {}", reason, X509_verify_cert_error_string(verdict));
  }

  Session session_;
  std::string failure_;
};

class OpensslContext final : public TlsContext {
 public:
  OpensslContext(Context context, std::string name) : context_(std::move(context)), name_(std::move(name)) {}

  std::unique_ptr<TlsStream> stream(int fd) const override {
    return std::make_unique<OpensslStream>(context_.get(), fd, name_);
  }

 private:
  Context context_;
  std::string name_;
};

void trust(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.verification == Verification::off) {
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    return;
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (settings.ca.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return;
  }
  require(SSL_CTX_load_verify_file(context, settings.ca.c_str()) == 1, "certificates to trust", settings.ca);
}

void identify(SSL_CTX* context, const TlsSettings& settings) {
  if (settings.cert.empty() && settings.key.empty()) return;
  if (settings.cert.empty() || settings.key.empty()) {
    throw base::Error("TLS: a client certificate needs both a certificate file and a key file");
  }
  require(SSL_CTX_use_certificate_chain_file(context, settings.cert.c_str()) == 1, "the client certificate",
          settings.cert);
  require(SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) == 1, "the client key",
          settings.key);
  require(SSL_CTX_check_private_key(context) == 1, "the key of the client certificate", settings.key);
}

}  // namespace

std::unique_ptr<TlsContext> make_tls_context(const TlsSettings& settings, const std::string& host) {
  ERR_clear_error();
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) throw base::Error("TLS: " + take_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Partial writes and moving buffers suit a non-blocking sender; read-ahead makes one recv of a record
  // instead of two.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context.get(), 1);
  trust(context.get(), settings);
  identify(context.get(), settings);
  return std::make_unique<OpensslContext>(std::move(context),
                                          settings.server_name.empty() ? host : settings.server_name);
}

}  // namespace iter8::net
