#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/host_policy.h"
#include "net/address.h"
#include "net/url.h"

namespace iter8::load {

/// The addresses of a destination's host, as last resolved. All workers read them without a lock; with an
/// interval, a thread of the resolver looks the host up again and publishes what differs. A failed look-up
/// changes nothing, nor does one that leads to addresses only that the policy refuses.
class Resolver {
 public:
  /// Resolves `url` now, blocking for at most `limit`, and then again `every` so often; 0 = never again.
  Resolver(net::Url url, base::HostPolicy hosts, base::Duration limit, base::Duration every,
           const std::stop_token& stop);

  /// Valid as long as the resolver, also after a later look-up; without addresses, requests fail for
  /// `problem`.
  const net::Resolution& current() const { return *current_.load(std::memory_order_acquire); }

 private:
  void refresh(const std::stop_token& stop);

  net::Resolution look_up(const std::stop_token& stop) const;

  net::Url url_;
  base::HostPolicy hosts_;
  base::Duration limit_;
  base::Duration every_;
  std::vector<std::unique_ptr<const net::Resolution>>
      cached_head_;  // all results so far; written by the thread once it runs
  std::atomic<const net::Resolution*> current_;
  std::jthread refresher_;
};

}  // namespace iter8::load
