#include "net/poller.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <ctime>

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

namespace iter8::net {
namespace {

int checked(int fd, std::string_view what) {
  if (fd < 0) throw base::Error(fmt::format("{} failed: {}", what, base::errno_text(errno)));
  return fd;
}

}  // namespace

Poller::Poller()
    : epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  // Edge-triggered, and never read: each write to it is an event of its own.
  if (const int error = add(wake_.get(), kWakeTag); error != 0) {
    throw base::Error(fmt::format("epoll_ctl failed: {}", base::errno_text(error)));
  }
}

int Poller::add(int fd, std::uint64_t tag) const {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = tag;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
}

std::span<const epoll_event> Poller::wait(std::span<epoll_event> room, std::optional<base::Duration> limit) {
  int count = -1;
  if (precise_) {
    timespec time{};
    if (limit) {
      const auto nanoseconds = std::max<std::int64_t>(0, limit->count());
      time = {.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
    }
    count = epoll_pwait2(epoll_.get(), room.data(), static_cast<int>(room.size()), limit ? &time : nullptr,
                         nullptr);
    if (count < 0 && errno != EINTR) precise_ = false;
  }
  if (!precise_) count = wait_milliseconds(room, limit);
  return room.first(static_cast<std::size_t>(std::max(count, 0)));
}

int Poller::wait_milliseconds(std::span<epoll_event> room, std::optional<base::Duration> limit) const {
  int timeout = -1;
  if (limit) {
    // Rounded up: rounded down it would spin through the last millisecond.
    const std::int64_t rounded = (std::max<std::int64_t>(0, limit->count()) + 999'999) / 1'000'000;
    timeout = static_cast<int>(std::min<std::int64_t>(rounded, INT_MAX));
  }
  return epoll_wait(epoll_.get(), room.data(), static_cast<int>(room.size()), timeout);
}

void Poller::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof(one));
}

}  // namespace iter8::net
