#include "load/protocol/resolver.h"

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstring>

namespace iter8::load {
namespace {

bool is_same(const net::Address& one, const net::Address& other) {
  return one.size == other.size && std::memcmp(&one.storage, &other.storage, one.size) == 0;
}

/// Name servers return the same addresses in varying order; that is not a change.
bool is_same_set(const net::Resolution& one, const net::Resolution& other) {
  return one.addresses.size() == other.addresses.size() &&
         std::ranges::is_permutation(one.addresses, other.addresses, is_same);
}

}  // namespace

Resolver::Resolver(net::Url url, base::HostPolicy hosts, base::Duration limit, base::Duration every,
                   const std::stop_token& stop)
    : url_(std::move(url)), hosts_(std::move(hosts)), limit_(limit), every_(every) {
  cached_head_.push_back(std::make_unique<const net::Resolution>(look_up(stop)));
  current_ = cached_head_.back().get();
  if (every > base::Duration{0})
    refresher_ = std::jthread([this](const std::stop_token& end) { refresh(end); });
}

net::Resolution Resolver::look_up(const std::stop_token& stop) const {
  return net::permitted(net::resolve(url_, limit_, stop), url_, hosts_);
}

void Resolver::refresh(const std::stop_token& stop) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::mutex mutex;
  std::condition_variable_any never;
  while (true) {
    {
      std::unique_lock lock(mutex);
      never.wait_for(lock, stop, every_, [] { return false; });
    }
    if (stop.stop_requested()) return;
    auto resolution = std::make_unique<const net::Resolution>(look_up(stop));
    if (resolution->addresses.empty() || is_same_set(*resolution, current())) continue;
    cached_head_.push_back(std::move(resolution));
    current_.store(cached_head_.back().get(), std::memory_order_release);
  }
}

}  // namespace iter8::load
