#include "stats/dependence/pauses.h"

#include <cmath>

#include <catch2/catch.hpp>

using namespace iter8::stats;

// The wanted numbers come from simulations of the same service (200 requests/s, 5 ms, 0.8 pauses/s of 50 ms,
// +10 %, 80 % power) with the variance known: 1500 runs of 200 s, so a variance is good to 4 %.
TEST_CASE("how long it takes to see a change of the service time beneath pauses") {
  const PausingService service{.rate = 200, .median = 0.005, .spread = 0.5, .pauses = 0.8, .pause = 0.05};
  const auto seconds = [&](const LatencyFigure& figure) {
    return seconds_to_see(service, figure, 0.1, 0.05, 0.8);
  };
  CHECK(seconds({}) == Approx(1290).epsilon(0.12));
  CHECK(seconds({.cap = 0.05}) == Approx(202).epsilon(0.12));
  CHECK(seconds({.cap = 0.025}) == Approx(52).epsilon(0.12));
  CHECK(seconds({.quantile = 0.9}) == Approx(54).epsilon(0.12));
  CHECK(seconds({.quantile = 0.75}) == Approx(11.3).epsilon(0.12));
  CHECK(seconds({.quantile = 0.5}) == Approx(5.05).epsilon(0.12));
}

TEST_CASE("a quantile within the pauses shows next to nothing, and without pauses only requests count") {
  CHECK(seconds_to_see({.pauses = 0.8}, {.quantile = 0.99}, 0.1, 0.05, 0.8) > 10000);
  const double some = seconds_to_see({.rate = 100}, {}, 0.1, 0.05, 0.8);
  CHECK(seconds_to_see({.rate = 200}, {}, 0.1, 0.05, 0.8) == Approx(some / 2));
  CHECK(std::isnan(seconds_to_see({}, {}, 0.1, 0, 0.8)));
  CHECK(std::isnan(seconds_to_see({.rate = 0}, {}, 0.1, 0.05, 0.8)));
  CHECK(std::isnan(seconds_to_see({}, {.quantile = 1}, 0.1, 0.05, 0.8)));
}
