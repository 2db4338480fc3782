#include "load/worker/in_flight_requests.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

InFlightRequest due_at(int milliseconds) {
  return {.due = base::MonotonicTime(std::chrono::milliseconds(milliseconds)), .sent = {}};
}

TEST_CASE("the oldest request stays at the head, whichever ends first") {
  InFlightRequests flights;
  const RequestId first = flights.begin(due_at(1));
  const RequestId second = flights.begin(due_at(2));
  const RequestId third = flights.begin(due_at(3));
  CHECK(flights.size() == 3);
  CHECK(flights.oldest() == first);

  flights.end(second);
  CHECK(flights.oldest() == first);
  flights.end(first);
  CHECK(flights.oldest() == third);
  CHECK(flights.first_due() == due_at(3).due);
  flights.end(third);
  CHECK(flights.size() == 0);
}

TEST_CASE("tickets are reused without mixing up the order") {
  InFlightRequests flights;
  RequestId older = flights.begin(due_at(0));
  for (int i = 1; i < 1000; ++i) {
    const RequestId newer = flights.begin(due_at(i));
    CHECK(newer < 2);
    CHECK(flights.size() == 2);
    CHECK(flights.oldest() == older);
    flights.end(older);
    CHECK(flights[newer].due == due_at(i).due);
    older = newer;
  }
  CHECK(flights.size() == 1);
}

}  // namespace
}  // namespace iter8::load
