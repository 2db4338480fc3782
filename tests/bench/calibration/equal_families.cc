#include "calibration/equal_families.h"

namespace iter8::bench {

Family equal(const char* name, double seconds, double rate, Pauses own) {
  Family family{.name = name, .seconds = seconds};
  family.baseline.rate = rate;
  family.baseline.own = own;
  family.candidate = family.baseline;
  return family;
}

std::vector<Family> equal_families() {
  std::vector<Family> all{equal("quiet, 4 s", 4, 200, {}),
                          equal("own pauses .8/s of 50 ms, 2 s", 2, 200, {.8, .05}),
                          equal("the same, 4 s", 4, 200, {.8, .05}),
                          equal("the same, 20 s (100/s)", 20, 100, {.8, .05}),
                          equal("own pauses .2/s of 300 ms, 4 s", 4, 200, {.2, .3}),
                          equal("the same, 20 s (100/s)", 20, 100, {.2, .3}),
                          equal("closed loop, own pauses .8/s of 50 ms, 4 s", 4, 0, {.8, .05}),
                          equal("split 95/5, 20 s", 20, 190, {.8, .05}),
                          equal("10/s, 20 s", 20, 10, {.8, .05}),
                          equal("own slow drift (2 s), 20 s", 20, 100, {}),
                          equal("equal means, unlike pauses, 20 s", 20, 100, {4, .02})};
  all[6].baseline.connections = all[6].candidate.connections = 2;
  all[7].candidate.rate = 10;
  all[9].baseline.drift = all[9].candidate.drift = 0.1;
  all[9].holds = false;
  all[10].candidate.own = {.2, .0894};  // the same time in pauses, squared: the same wait on average
  all[10].holds = false;
  return all;
}

Run draw(Chance& chance, const Family& family) {
  const std::vector<Pause> shared = draw_pauses(chance, family.shared, family.seconds);
  return {draw_requests(chance, family.baseline, shared, family.seconds),
          draw_requests(chance, family.candidate, shared, family.seconds)};
}

}  // namespace iter8::bench
