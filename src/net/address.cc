#include "net/address.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "base/duration.h"

namespace iter8::net {
namespace {

Address unix_address(const std::string& path) {
  sockaddr_un native{};
  native.sun_family = AF_UNIX;
  path.copy(native.sun_path, sizeof(native.sun_path) - 1);
  Address address;
  std::memcpy(&address.storage, &native, sizeof(native));
  address.size = sizeof(native);
  return address;
}

Resolution look_up(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  Resolution resolution;
  if (const int code = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0) {
    resolution.problem = fmt::format("no address for host '{}': {}", host, gai_strerror(code));
    return resolution;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    Address address;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
    resolution.addresses.push_back(address);
  }
  return resolution;
}

/// What the waiting caller and the look-up's thread share. Either may be the last one alive, hence the
/// shared_ptr.
struct Lookup {
  std::mutex mutex;
  std::condition_variable_any done;
  bool finished = false;
  Resolution resolution;
};

Resolution look_up_bounded(const std::string& host, const std::string& port, base::Duration limit,
                           const std::stop_token& stop) {
  const auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port] {
    Resolution resolution = look_up(host, port, 0);
    const std::lock_guard lock(lookup->mutex);
    lookup->resolution = std::move(resolution);
    lookup->finished = true;
    lookup->done.notify_all();
  }).detach();

  std::unique_lock lock(lookup->mutex);
  lookup->done.wait_for(lock, stop, limit, [&] { return lookup->finished; });
  if (lookup->finished) return std::move(lookup->resolution);
  return {
      .addresses = {},
      .problem = fmt::format("no address for host '{}': no response within {}", host, base::to_text(limit))};
}

}  // namespace

std::string Address::to_text() const {
  if (family() == AF_UNIX) {
    sockaddr_un native{};
    std::memcpy(&native, &storage, sizeof(native));
    return native.sun_path;
  }
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  sockaddr_storage copy = storage;
  if (getnameinfo(reinterpret_cast<sockaddr*>(&copy), size, host.data(), host.size(), port.data(),
                  port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "an unknown address";
  }
  return family() == AF_INET6 ? fmt::format("[{}]:{}", host.data(), port.data())
                              : fmt::format("{}:{}", host.data(), port.data());
}

Resolution resolve(const Url& url, base::Duration limit, const std::stop_token& stop) {
  if (!url.socket_path.empty()) return {.addresses = {unix_address(url.socket_path)}, .problem = {}};
  const std::string port = std::to_string(url.port);
  Resolution numeric = look_up(url.host, port, AI_NUMERICHOST);
  if (!numeric.addresses.empty()) return numeric;
  return look_up_bounded(url.host, port, limit, stop);
}

Resolution permitted(Resolution resolution, const Url& url, const base::HostPolicy& hosts) {
  if (hosts.is_open() || resolution.addresses.empty()) return resolution;
  const auto native = [](const Address& address) -> const sockaddr& {
    return reinterpret_cast<const sockaddr&>(address.storage);
  };
  const std::string first = base::address_text(native(resolution.addresses.front()));
  std::erase_if(resolution.addresses,
                [&](const Address& address) { return !hosts.allows(native(address), url.host, url.port); });
  resolution.is_refused = resolution.addresses.empty();
  if (resolution.is_refused) resolution.problem = base::HostPolicy::refusal(url.host, url.port, first);
  return resolution;
}

}  // namespace iter8::net
