#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace iter8::net {

/// Every function of OpenSSL that is used, for the two places that must name each: its pointer and its
/// look-up.
#define ITER8_OPENSSL_FUNCTIONS(USE)      \
  USE(BIO_free)                           \
  USE(BIO_new_mem_buf)                    \
  USE(ERR_clear_error)                    \
  USE(ERR_get_error)                      \
  USE(ERR_peek_error)                     \
  USE(ERR_reason_error_string)            \
  USE(EVP_DigestSign)                     \
  USE(EVP_DigestSignInit)                 \
  USE(EVP_MD_CTX_free)                    \
  USE(EVP_MD_CTX_new)                     \
  USE(EVP_PKEY_free)                      \
  USE(EVP_PKEY_get_base_id)               \
  USE(EVP_sha256)                         \
  USE(PEM_read_bio_PrivateKey)            \
  USE(SSL_CTX_check_private_key)          \
  USE(SSL_CTX_ctrl)                       \
  USE(SSL_CTX_free)                       \
  USE(SSL_CTX_load_verify_file)           \
  USE(SSL_CTX_new)                        \
  USE(SSL_CTX_set_alpn_protos)            \
  USE(SSL_CTX_set_default_verify_paths)   \
  USE(SSL_CTX_set_verify)                 \
  USE(SSL_CTX_use_PrivateKey_file)        \
  USE(SSL_CTX_use_certificate_chain_file) \
  USE(SSL_ctrl)                           \
  USE(SSL_do_handshake)                   \
  USE(SSL_free)                           \
  USE(SSL_get0_alpn_selected)             \
  USE(SSL_get0_param)                     \
  USE(SSL_get_error)                      \
  USE(SSL_get_verify_result)              \
  USE(SSL_has_pending)                    \
  USE(SSL_new)                            \
  USE(SSL_read_ex)                        \
  USE(SSL_set1_host)                      \
  USE(SSL_set_connect_state)              \
  USE(SSL_set_fd)                         \
  USE(SSL_set_hostflags)                  \
  USE(SSL_write_ex)                       \
  USE(TLS_client_method)                  \
  USE(X509_VERIFY_PARAM_set1_ip_asc)      \
  USE(X509_verify_cert_error_string)

/// OpenSSL, loaded when the first TLS connection is prepared and not before. Linked the ordinary way it costs
/// every run 1.7 MiB of memory and its relocations at each start, also where nothing is encrypted.
class OpensslLibrary {
 public:
  /// The library, loaded once. Thread-safe. Throws base::Error when it is not installed.
  static const OpensslLibrary& get();

#define ITER8_DECLARE(function) decltype(&::function) function;  // NOLINT(bugprone-macro-parentheses): a name
  ITER8_OPENSSL_FUNCTIONS(ITER8_DECLARE)
#undef ITER8_DECLARE

 private:
  OpensslLibrary();
};

}  // namespace iter8::net
