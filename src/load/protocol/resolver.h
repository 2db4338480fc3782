#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "net/address.h"
#include "net/url.h"

namespace iter8::load {

/// Where the connections of a destination go, as last looked up. All workers read it, without a lock; with an
/// interval, a thread of the book looks the host up again and replaces what differs. A failed look-up changes
/// nothing.
class Resolver {
 public:
  /// Looks `url` up; blocks for at most `limit`. `every` of 0: never again.
  Resolver(net::Url url, base::Duration limit, base::Duration every, const std::stop_token& stop);

  /// Valid as long as the book; without addresses, every request fails for its problem.
  const net::Resolution& current() const { return *current_.load(std::memory_order_acquire); }

 private:
  void look_up_again(const std::stop_token& stop);

  net::Url url_;
  base::Duration limit_;
  base::Duration every_;
  std::vector<std::unique_ptr<const net::Resolution>> known_;  // of the thread, once it runs
  std::atomic<const net::Resolution*> current_;
  std::jthread refresher_;
};

}  // namespace iter8::load
