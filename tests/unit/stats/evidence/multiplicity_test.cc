#include "stats/evidence/multiplicity.h"

#include <cmath>
#include <vector>

#include <catch2/catch.hpp>

#include "stats/math/estimate.h"

namespace iter8::stats {
namespace {

constexpr Outcome kKept = Outcome::kept;
constexpr Outcome kOut = Outcome::rejected;

// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") = 0.03 0.06 0.06 0.02, and "BH" = 0.02 0.04 0.04 0.02.
TEST_CASE("Holm and Benjamini-Hochberg agree with R") {
  const std::vector p{0.01, 0.04, 0.03, 0.005};
  CHECK(holm(p, 0.05) == std::vector{kOut, kKept, kKept, kOut});
  CHECK(holm(p, 0.061) == std::vector{kOut, kOut, kOut, kOut});
  CHECK(benjamini_hochberg(p, 0.05) == std::vector{kOut, kOut, kOut, kOut});
  CHECK(benjamini_hochberg(p, 0.03) == std::vector{kOut, kKept, kKept, kOut});
}

TEST_CASE("e-BH rejects the largest by K/(alpha k)") {
  const std::vector log_e{std::log(61.0), std::log(31.0), std::log(5.0)};
  CHECK(e_benjamini_hochberg(log_e, 0.05) == std::vector{kOut, kOut, kKept});
  CHECK(e_benjamini_hochberg(std::vector{std::log(59.0), std::log(29.0), std::log(5.0)}, 0.05) ==
        std::vector{kKept, kKept, kKept});
}

TEST_CASE("what is not a number is never rejected") {
  CHECK(holm(std::vector{kNan, 0.001}, 0.05) == std::vector{kKept, kOut});
  CHECK(benjamini_hochberg(std::vector{kNan, kNan}, 0.05) == std::vector{kKept, kKept});
  CHECK(e_benjamini_hochberg(std::vector{kNan, 100.0}, 0.05) == std::vector{kKept, kOut});
  CHECK(holm({}, 0.05).empty());
}

TEST_CASE("the winner beats every other eligible version with room for the number of them") {
  std::vector<std::vector<double>> strength{{0, -9, -9}, {3, 0, 0.7}, {1, -9, 0}};
  const std::vector<std::size_t> all{0, 1, 2};
  CHECK(winner(strength, all) == 1U);
  strength[1][2] = 0.69;  // ln 2 is needed
  CHECK_FALSE(winner(strength, all));
  CHECK(missing_strength(strength, all, 1) == Approx(std::log(2.0) - 0.69));
  CHECK(winner(strength, std::vector<std::size_t>{0, 1}) == 1U);
  CHECK_FALSE(winner(strength, std::vector<std::size_t>{1}));
  strength[1][2] = kNan;
  CHECK_FALSE(winner(strength, all));
}

}  // namespace
}  // namespace iter8::stats
