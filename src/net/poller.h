#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <sys/epoll.h>

#include "base/clock.h"
#include "base/descriptor.h"

namespace iter8::net {

/// Edge-triggered epoll for one thread. A descriptor is registered once, for everything, and leaves by being
/// closed, so the only system call in the steady state is the wait itself. wake() may be called from any
/// thread.
class Poller {
 public:
  /// The tag of the event that wake() causes.
  static constexpr std::uint64_t kWakeTag = UINT64_MAX;

  /// Throws base::Error when the system gives no descriptors.
  Poller();

  /// Registers for reading, writing and hang-up. Returns 0 or the errno.
  int add(int fd, std::uint64_t tag) const;

  /// Waits until something happens or `limit` (nanoseconds precise; none = for ever) is over, and returns the
  /// events.
  std::span<const epoll_event> wait(std::span<epoll_event> room, std::optional<base::Duration> limit);

  /// Ends the current or the next wait(). Async-signal-safe.
  void wake() const;

 private:
  int wait_milliseconds(std::span<epoll_event> room, std::optional<base::Duration> limit) const;

  base::Descriptor epoll_;
  base::Descriptor wake_;
  bool precise_ = true;  // epoll_pwait2 exists (Linux 5.11) and is not forbidden by a seccomp filter
};

}  // namespace iter8::net
