#include "load/worker/abort_flag.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

TEST_CASE("the first to pull the abort_flag gives the reason") {
  AbortFlag abort_flag(std::nullopt);
  CHECK_FALSE(abort_flag.is_set());
  CHECK(abort_flag.reason() == EndReason::done);
  abort_flag.set(EndReason::stop_rule, "first");
  abort_flag.set(EndReason::error_budget, "second");
  CHECK(abort_flag.is_set());
  CHECK(abort_flag.reason() == EndReason::stop_rule);
  CHECK(abort_flag.why() == "first");
}

TEST_CASE("a budget of errors may be spent, but not exceeded") {
  AbortFlag abort_flag(3);
  abort_flag.count_errors(1);
  abort_flag.count_errors(2);
  CHECK_FALSE(abort_flag.is_set());
  abort_flag.count_errors(0);
  abort_flag.count_errors(1);
  CHECK(abort_flag.reason() == EndReason::error_budget);

  AbortFlag without(std::nullopt);
  without.count_errors(1'000'000);
  CHECK_FALSE(without.is_set());
}

}  // namespace
}  // namespace iter8::load
