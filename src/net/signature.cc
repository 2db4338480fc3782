#include "net/signature.h"

#include <memory>

#include "base/error.h"
#include "net/openssl_library.h"

namespace iter8::net {

namespace {

[[noreturn]] void fail(const OpensslLibrary& openssl, const char* what) {
  const char* reason = openssl.ERR_reason_error_string(openssl.ERR_get_error());
  openssl.ERR_clear_error();
  throw base::Error(std::string(what) + (reason != nullptr ? std::string(": ") + reason : ""));
}

}  // namespace

std::string rsa_sha256_signature(const std::string& private_key, std::string_view bytes) {
  const OpensslLibrary& openssl = OpensslLibrary::get();
  openssl.ERR_clear_error();

  const std::unique_ptr<BIO, decltype(&BIO_free)> pem(
      openssl.BIO_new_mem_buf(private_key.data(), static_cast<int>(private_key.size())), openssl.BIO_free);
  if (!pem) fail(openssl, "cannot read the private key");
  // The password is given, and empty: OpenSSL would ask for one at the terminal.
  char no_password[] = "";
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      openssl.PEM_read_bio_PrivateKey(pem.get(), nullptr, nullptr, no_password), openssl.EVP_PKEY_free);
  if (!key) fail(openssl, "cannot read the private key");
  if (openssl.EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    throw base::Error("the private key is not an RSA key");

  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(openssl.EVP_MD_CTX_new(),
                                                                        openssl.EVP_MD_CTX_free);
  if (!context ||
      openssl.EVP_DigestSignInit(context.get(), nullptr, openssl.EVP_sha256(), nullptr, key.get()) != 1)
    fail(openssl, "cannot sign");
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t size = 0;
  if (openssl.EVP_DigestSign(context.get(), nullptr, &size, data, bytes.size()) != 1)
    fail(openssl, "cannot sign");
  std::string signature(size, '\0');
  if (openssl.EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data,
                             bytes.size()) != 1)
    fail(openssl, "cannot sign");
  signature.resize(size);
  return signature;
}

}  // namespace iter8::net
