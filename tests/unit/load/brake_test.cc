#include "load/brake.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

TEST_CASE("the first to pull the brake gives the reason") {
  Brake brake(std::nullopt);
  CHECK_FALSE(brake.is_pulled());
  CHECK(brake.reason() == EndReason::done);
  brake.pull(EndReason::stop_rule, "first");
  brake.pull(EndReason::error_budget, "second");
  CHECK(brake.is_pulled());
  CHECK(brake.reason() == EndReason::stop_rule);
  CHECK(brake.why() == "first");
}

TEST_CASE("a budget of errors may be spent, but not exceeded") {
  Brake brake(3);
  brake.count_errors(1);
  brake.count_errors(2);
  CHECK_FALSE(brake.is_pulled());
  brake.count_errors(0);
  brake.count_errors(1);
  CHECK(brake.reason() == EndReason::error_budget);

  Brake without(std::nullopt);
  without.count_errors(1'000'000);
  CHECK_FALSE(without.is_pulled());
}

}  // namespace
}  // namespace iter8::load
