#include "net/tls_stream.h"

#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/error.h"
#include "net/openssl_library.h"

namespace iter8::net {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { OpensslLibrary::get().SSL_CTX_free(context); }
};
struct FreeSession {
  void operator()(SSL* session) const { OpensslLibrary::get().SSL_free(session); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;
using Session = std::unique_ptr<SSL, FreeSession>;

/// The first entry of this thread's error queue, which is the cause; the queue is then empty.
std::string take_error(const OpensslLibrary& openssl) {
  const unsigned long code = openssl.ERR_get_error();
  openssl.ERR_clear_error();
  if (code == 0) return "unknown TLS error";
  const char* reason = openssl.ERR_reason_error_string(code);
  if (reason == nullptr) return fmt::format("TLS error {:#x}", code);
  const bool is_plain = std::string_view(reason) == "wrong version number";
  return is_plain ? std::string(reason) +
                        ": this port does not speak TLS; without TLS, URLs begin with http:// or ws://"
                  : reason;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// Each call leaves this thread's error queue empty, which SSL_get_error() relies on: whoever makes an error
/// takes it away. Clearing the queue before each call instead would cost 0.4 µs a request.
class OpensslStream final : public TlsStream {
 public:
  OpensslStream(SSL_CTX* context, int fd, const std::string& name) : session_(openssl_.SSL_new(context)) {
    SSL* session = session_.get();
    if (session == nullptr || openssl_.SSL_set_fd(session, fd) != 1) {
      throw base::Error("TLS: " + take_error(openssl_));
    }
    openssl_.SSL_set_connect_state(session);
    if (is_address(name)) {
      openssl_.X509_VERIFY_PARAM_set1_ip_asc(openssl_.SSL_get0_param(session), name.c_str());
      return;  // RFC 6066: no address in SNI
    }
    openssl_.SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                      const_cast<char*>(name.c_str()));
    openssl_.SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    openssl_.SSL_set1_host(session, name.c_str());
  }

  IoResult handshake() override {
    const IoResult result = result_of(openssl_.SSL_do_handshake(session_.get()), 0);
    openssl_.ERR_clear_error();  // a handshake that went well may have tried things that did not
    return result;
  }

  IoResult send(std::span<const char> bytes) override {
    std::size_t written = 0;
    const int code = openssl_.SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written);
    return result_of(code, written);
  }

  IoResult receive(std::span<char> room) override {
    std::size_t read = 0;
    const int code = openssl_.SSL_read_ex(session_.get(), room.data(), room.size(), &read);
    return result_of(code, read);
  }

  std::string_view protocol() const override {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    openssl_.SSL_get0_alpn_selected(session_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }

  bool holds_bytes() const override { return openssl_.SSL_has_pending(session_.get()) == 1; }

  std::string failure() const override { return failure_; }

 private:
  IoResult result_of(int code, std::size_t bytes) {
    if (code == 1) [[likely]] {
      return {.status = IoStatus::done, .bytes = bytes};
    }
    const int system_error = errno;
    switch (openssl_.SSL_get_error(session_.get(), code)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return {.status = IoStatus::later};
      case SSL_ERROR_ZERO_RETURN:
        return {.status = IoStatus::closed};
      case SSL_ERROR_SYSCALL:
        openssl_.ERR_clear_error();
        if (system_error == 0) return {.status = IoStatus::cut};
        return {.status = IoStatus::failed, .error = system_error};
      default:
        if (ERR_GET_REASON(openssl_.ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
          openssl_.ERR_clear_error();
          return {.status = IoStatus::cut};
        }
        failure_ = explain();
        return {.status = IoStatus::failed};
    }
  }

  /// "certificate verify failed" alone does not help; what is wrong with the certificate does.
  std::string explain() const {
    std::string reason = take_error(openssl_);
    const long verdict = openssl_.SSL_get_verify_result(session_.get());
    if (verdict == X509_V_OK) return reason;
    return fmt::format("{}: {}", reason, openssl_.X509_verify_cert_error_string(verdict));
  }

  const OpensslLibrary& openssl_ = OpensslLibrary::get();
  Session session_;
  std::string failure_;
};

class OpensslContext final : public TlsContext {
 public:
  explicit OpensslContext(std::string name) : name_(std::move(name)) {
    openssl_.ERR_clear_error();
    context_.reset(openssl_.SSL_CTX_new(openssl_.TLS_client_method()));
    if (!context_) throw base::Error("TLS: " + take_error(openssl_));
    set(SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION);
    // Partial writes and moving buffers suit a non-blocking sender; read-ahead makes one recv of a record,
    // not two.
    set(SSL_CTRL_MODE, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    set(SSL_CTRL_SET_READ_AHEAD, 1);
  }

  void trust(const TlsSettings& settings) {
    if (settings.verification == Verification::off) {
      openssl_.SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
      return;
    }
    openssl_.SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    if (settings.ca.empty()) {
      openssl_.SSL_CTX_set_default_verify_paths(context_.get());
      return;
    }
    const int code = openssl_.SSL_CTX_load_verify_file(context_.get(), settings.ca.c_str());
    require(code, "certificates to trust", settings.ca);
  }

  void offer(const std::vector<std::string>& protocols) {
    if (protocols.empty()) return;
    std::string wire;  // each with its length before it
    for (const std::string& protocol : protocols) wire += static_cast<char>(protocol.size()) + protocol;
    const auto* bytes = reinterpret_cast<const unsigned char*>(wire.data());
    if (openssl_.SSL_CTX_set_alpn_protos(context_.get(), bytes, static_cast<unsigned>(wire.size())) != 0)
      throw base::Error("TLS: cannot offer protocols: " + take_error(openssl_));
  }

  void identify(const TlsSettings& settings) {
    if (settings.cert.empty() && settings.key.empty()) return;
    if (settings.cert.empty() || settings.key.empty()) {
      throw base::Error("TLS: a client certificate needs both a certificate file and a key file");
    }
    SSL_CTX* context = context_.get();
    require(openssl_.SSL_CTX_use_certificate_chain_file(context, settings.cert.c_str()),
            "the client certificate", settings.cert);
    require(openssl_.SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM),
            "the client key", settings.key);
    require(openssl_.SSL_CTX_check_private_key(context), "the key of the client certificate", settings.key);
  }

  std::unique_ptr<TlsStream> stream(int fd) const override {
    return std::make_unique<OpensslStream>(context_.get(), fd, name_);
  }

 private:
  /// What OpenSSL's setter macros expand to.
  void set(int what, long value) { openssl_.SSL_CTX_ctrl(context_.get(), what, value, nullptr); }

  void require(int code, std::string_view what, const std::string& file) const {
    if (code == 1) return;
    throw base::Error(fmt::format("{}: cannot use it as {}: {}", file, what, take_error(openssl_)));
  }

  const OpensslLibrary& openssl_ = OpensslLibrary::get();
  Context context_;
  std::string name_;
};

}  // namespace

std::unique_ptr<TlsContext> make_tls_context(const TlsSettings& settings, const std::string& host) {
  auto context = std::make_unique<OpensslContext>(settings.server_name.empty() ? host : settings.server_name);
  context->trust(settings);
  context->identify(settings);
  context->offer(settings.protocols);
  return context;
}

}  // namespace iter8::net
