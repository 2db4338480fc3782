#include "load/recorder.h"

#include <catch2/catch.hpp>

namespace iter8::load {
namespace {

using namespace std::chrono_literals;

TEST_CASE("requests above each limit are counted exactly, failed ones too") {
  Recorder recorder({}, {250ms, 100ms, 1s});
  recorder.answered(200, 100ms, 1ms);
  recorder.answered(200, 100ms + 1ns, 1ms);
  recorder.answered(200, 250ms, 1ms);
  recorder.failed(ErrorClass::timeout, 5s, "late");
  const Tally tally = recorder.take();
  CHECK(tally.above == std::vector<std::int64_t>{1, 3, 1});
}

TEST_CASE("counts above the limits add up") {
  Tally sum;
  for (int i = 0; i < 3; ++i) {
    Recorder recorder({}, {1ms, 2ms});
    recorder.answered(200, 1500us, 1ms);
    sum.add(recorder.take());
  }
  CHECK(sum.above == std::vector<std::int64_t>{3, 0});
}

}  // namespace
}  // namespace iter8::load
