#include "git/session.h"

#include <cerrno>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/host_policy.h"
#include "base/origin.h"
#include "base/text.h"

namespace iter8::git {

namespace {

constexpr const char* kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";
constexpr std::size_t kMostSaid = 600;
constexpr std::size_t kSha256Bytes = 32;

/// Of a pack that is fetched: it lies on the disk while the task runs.
constexpr std::size_t kMostReceived = std::size_t{2} << 30;
/// Of packs that are mapped at once; libgit2 would map 8 GiB, and the memory of this process is limited.
constexpr std::size_t kWindow = std::size_t{32} << 20;
constexpr std::size_t kMostMapped = std::size_t{256} << 20;

/// libgit2 finds known_hosts below HOME, which it reads when it is initialised.
void use_home(const std::filesystem::path& home) {
  const Library& git = Library::get();
  ::setenv("HOME", home.c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", home.c_str(), 1);
  git.git_libgit2_shutdown();
  git.check(git.git_libgit2_init() < 0 ? -1 : 0, "initialise libgit2");
  git.check(git.git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, ""), "set up libgit2");
}

std::string user_known_hosts() {
  const char* home = std::getenv("HOME");
  if (home == nullptr) return {};
  const auto path = std::filesystem::path(home) / ".ssh/known_hosts";
  constexpr std::size_t limit = 4 * 1024 * 1024;
  std::error_code error;
  return std::filesystem::is_regular_file(path, error) ? base::read_file(path, limit) : "";
}

/// A file that is in memory and nowhere else, and ends with this process.
base::Descriptor memory_file(std::string_view content) {
  base::Descriptor file(::memfd_create("iter8", MFD_CLOEXEC));
  if (!file || ::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()))
    throw base::Error("cannot keep the key in memory: " + base::errno_text(errno));
  return file;
}

/// Refuses a host that the policy does not allow by its name, or that has an address which it does not allow.
/// libgit2 looks the name up once more; that the name is allowed bounds what that could lead to.
void check_host(const Remote& remote) {
  if (remote.hosts.is_open()) return;
  const auto place = base::origin_of(remote.url);
  if (!place) throw base::Error("ITER8_ALLOW_HOSTS: found a remote without a host");
  const std::string host =
      place->host.starts_with('[') ? place->host.substr(1, place->host.size() - 2) : place->host;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (!remote.hosts.may_allow(host, place->port))
    throw base::Error(base::HostPolicy::refusal(host, place->port));
  if (::getaddrinfo(host.c_str(), std::to_string(place->port).c_str(), &hints, &found) != 0) return;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next)
    if (!remote.hosts.allows(*entry->ai_addr, host, place->port))
      throw base::Error(base::HostPolicy::refusal(host, place->port, base::address_text(*entry->ai_addr)));
}

std::string fingerprint(const git_cert_hostkey& key) {
  if ((key.type & GIT_CERT_SSH_SHA256) == 0) return {};
  std::string hash =
      base::base64(std::string_view(reinterpret_cast<const char*>(key.hash_sha256), kSha256Bytes));
  while (hash.ends_with('=')) hash.pop_back();
  return " (SHA256:" + hash + ")";
}

}  // namespace

Session::Session(const Remote& remote, const std::filesystem::path& folder, const std::filesystem::path& home)
    : given_(remote),
      repository_(nullptr, Library::get().git_repository_free),
      remote_handle_(nullptr, Library::get().git_remote_free) {
  const Library& git = Library::get();
  check_host(remote);
  const std::string hosts = remote.known_hosts.empty() ? user_known_hosts() : remote.known_hosts;
  std::filesystem::create_directories(home / ".ssh");
  base::write_file_atomically(home / ".ssh/known_hosts", hosts + "\n");
  if (!remote.key.empty()) {
    key_ = memory_file(remote.key + "\n");
    key_file_ = fmt::format("/proc/self/fd/{}", key_.get());
  }
  use_home(home);
  const std::string ca = remote.ca_file.empty() ? kSystemCertificates : remote.ca_file;
  if (remote.url.starts_with("https://"))
    git.check(git.git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, ca.c_str(), nullptr),
              "read the certificates of " + ca);
  git.check(git.git_libgit2_opts(GIT_OPT_SET_USER_AGENT, "iter8"), "set up libgit2");
  git.check(git.git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, kWindow), "set up libgit2");
  git.check(git.git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, kMostMapped), "set up libgit2");
  repository_ = make_handle<git_repository>(
      git.git_repository_free, "open the repository",
      [&](git_repository** made_one) { return git.git_repository_open_bare(made_one, folder.c_str()); });
  remote_handle_ = make_handle<git_remote>(
      git.git_remote_free, "use the URL of the repository", [&](git_remote** made_one) {
        return git.git_remote_create_anonymous(made_one, repository_.get(), remote.url.c_str());
      });
}

git_remote_redirect_t Session::redirects() const {
  return given_.hosts.is_open() ? GIT_REMOTE_REDIRECT_INITIAL : GIT_REMOTE_REDIRECT_NONE;
}

git_remote_callbacks Session::callbacks() {
  git_remote_callbacks callbacks = GIT_REMOTE_CALLBACKS_INIT;
  callbacks.credentials = &Session::credentials;
  callbacks.certificate_check = &Session::certificate;
  callbacks.sideband_progress = &Session::message;
  callbacks.transfer_progress = &Session::note_progress;
  callbacks.payload = this;
  return callbacks;
}

git_remote_callbacks Session::callbacks_of_push(std::string expected) {
  expected_ = std::move(expected);
  git_remote_callbacks callbacks = this->callbacks();
  callbacks.push_negotiation = &Session::negotiate;
  callbacks.push_update_reference = &Session::note_refusal;
  return callbacks;
}

/// The lease: libgit2 would overwrite whatever is there.
int Session::negotiate(const git_push_update** updates, std::size_t count, void* self) {
  auto& session = *static_cast<Session*>(self);
  for (std::size_t i = 0; i < count; ++i)
    if (hex_of(updates[i]->src) != session.expected_) session.has_moved_ = true;
  return session.has_moved_ ? GIT_EUSER : 0;
}

int Session::note_refusal(const char*, const char* status, void* self) {
  if (status != nullptr) static_cast<Session*>(self)->refusal_ = base::printable(status);
  return 0;
}

void Session::check(int code, const std::string& what) const {
  if (code >= 0 && refusal_.empty()) return;
  std::string reason = refusal_.empty() ? reason_ : "the server refuses the branch: " + refusal_;
  if (reason.empty()) reason = Library::get().last_error();
  std::string text = fmt::format("cannot {}: {}", what, reason);
  if (!said_.empty()) text += "; the server says: " + base::printable(base::trim(said_), kMostSaid);
  throw base::Error(text);
}

int Session::credentials(git_credential** out, const char* url, const char* username, unsigned allowed,
                         void* self) {
  return static_cast<Session*>(self)->offer(out, url, username, allowed);
}

int Session::offer(git_credential** out, const std::string& url, const char* username, unsigned allowed) {
  const Library& git = Library::get();
  const auto origin = base::origin_of(url);
  if (!origin || origin != base::origin_of(given_.url)) {
    reason_ = "the server sent the connection to another place, which gets no credentials";
    return GIT_EUSER;
  }
  const std::string user = username != nullptr              ? username
                           : given_.url.starts_with("http") ? given_.username
                                                            : "git";
  if ((allowed & GIT_CREDENTIAL_USERNAME) != 0) return git.git_credential_username_new(out, user.c_str());
  if (++offers_ > 1) {
    reason_ = "the server does not accept the credentials, or they may not do this";
    return GIT_EAUTH;
  }
  if ((allowed & GIT_CREDENTIAL_SSH_KEY) != 0 && !key_file_.empty())
    return git.git_credential_ssh_key_new(out, user.c_str(), nullptr, key_file_.c_str(),
                                          given_.passphrase.c_str());
  if ((allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT) != 0 && !given_.password.empty())
    return git.git_credential_userpass_plaintext_new(out, given_.username.c_str(), given_.password.c_str());
  reason_ = (allowed & GIT_CREDENTIAL_SSH_KEY) != 0
                ? "the server wants an ssh key, and none is given"
                : "the server wants a user and a token, and none is given";
  return GIT_EAUTH;
}

int Session::certificate(git_cert* certificate, int valid, const char* host, void* self) {
  if (valid != 0) return 0;
  std::string& reason = static_cast<Session*>(self)->reason_;
  if (certificate->cert_type == GIT_CERT_HOSTKEY_LIBSSH2) {
    const auto* key = reinterpret_cast<const git_cert_hostkey*>(certificate);
    reason = fmt::format("the host key of {}{} is not the one in known_hosts, or not in it",
                         base::printable(host), fingerprint(*key));
  } else {
    reason = fmt::format(
        "the certificate of {} is not trusted: expired, of an unknown authority, or of another name",
        base::printable(host));
  }
  return GIT_ECERTIFICATE;
}

int Session::message(const char* text, int length, void* self) {
  std::string& said = static_cast<Session*>(self)->said_;
  said.append(text, static_cast<std::size_t>(length));
  if (said.size() > kMostSaid) said.erase(0, said.size() - kMostSaid);
  return 0;
}

int Session::note_progress(const git_indexer_progress* progress, void* self) {
  if (progress->received_bytes <= kMostReceived) return 0;
  static_cast<Session*>(self)->reason_ = fmt::format(
      "found more than {} GiB of history; without 'via: git' nothing is fetched", kMostReceived >> 30);
  return GIT_EUSER;
}

}  // namespace iter8::git
