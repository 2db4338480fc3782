#include "net/poller.h"

#include <array>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace iter8::net {
namespace {

using namespace std::chrono_literals;

/// The first event with this tag, waiting without limit.
std::uint32_t events_of(Poller& poller, std::uint64_t tag) {
  std::array<epoll_event, 4> room{};
  while (true) {
    for (const epoll_event& event : poller.wait(room, std::nullopt)) {
      if (event.data.u64 == tag) return event.events;
    }
  }
}

TEST_CASE("a wait ends at its limit, to the nanosecond or a little later") {
  Poller poller;
  std::array<epoll_event, 4> room{};
  poller.wait(room, 0ns);  // being able to write to the waker is an event of its own
  const auto before = std::chrono::steady_clock::now();
  CHECK(poller.wait(room, 1500us).empty());
  CHECK(std::chrono::steady_clock::now() - before >= 1500us);
}

TEST_CASE("another thread wakes a wait without limit, more than once") {
  Poller poller;
  std::array<epoll_event, 4> room{};
  poller.wait(room, 0ns);
  for (int i = 0; i < 3; ++i) {
    const std::jthread waker([&poller] { poller.wake(); });
    CHECK((events_of(poller, Poller::kWakeTag) & EPOLLIN) != 0);
  }
}

TEST_CASE("each arrival is one edge, and the peer's closing another") {
  std::array<int, 2> ends{};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
  const base::Descriptor here(ends[0]);
  base::Descriptor there(ends[1]);
  Poller poller;
  std::array<epoll_event, 4> room{};
  REQUIRE(poller.add(here.get(), 7) == 0);
  CHECK((events_of(poller, 7) & EPOLLOUT) != 0);

  REQUIRE(write(there.get(), "x", 1) == 1);
  CHECK((events_of(poller, 7) & EPOLLIN) != 0);
  CHECK(poller.wait(room, 0ns).empty());  // although the byte was not read

  there.reset();
  CHECK((events_of(poller, 7) & EPOLLRDHUP) != 0);
}

}  // namespace
}  // namespace iter8::net
