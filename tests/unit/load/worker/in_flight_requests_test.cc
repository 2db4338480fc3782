#include "load/worker/in_flight_requests.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

InFlightRequest due_at(int milliseconds) {
  return {.due = base::MonotonicTime(std::chrono::milliseconds(milliseconds)), .sent = {}};
}

TEST_CASE("the oldest request stays at the head, whichever ends first") {
  InFlightRequests requests;
  const RequestId first = requests.add(due_at(1));
  const RequestId second = requests.add(due_at(2));
  const RequestId third = requests.add(due_at(3));
  CHECK(requests.size() == 3);
  CHECK(requests.oldest() == first);

  requests.remove(second);
  CHECK(requests.oldest() == first);
  requests.remove(first);
  CHECK(requests.oldest() == third);
  CHECK(requests.oldest_due() == due_at(3).due);
  requests.remove(third);
  CHECK(requests.size() == 0);
}

TEST_CASE("ids are reused without mixing up the order") {
  InFlightRequests requests;
  RequestId older = requests.add(due_at(0));
  for (int i = 1; i < 1000; ++i) {
    const RequestId newer = requests.add(due_at(i));
    CHECK(newer < 2);
    CHECK(requests.size() == 2);
    CHECK(requests.oldest() == older);
    requests.remove(older);
    CHECK(requests[newer].due == due_at(i).due);
    older = newer;
  }
  CHECK(requests.size() == 1);
}

}  // namespace
}  // namespace iter8::load
