#pragma once

#include <vector>

#include "calibration/traffic.h"
#include "simulation/simulation.h"

namespace iter8::bench {

/// Two versions of one service, and what they meet.
struct Family {
  const char* name;
  double seconds = 4;
  Service baseline;
  Service candidate;
  Pauses shared;
  bool holds = true;  // false: the reference says that nothing keeps its level here
};

/// Both versions alike, with pauses of their own.
Family equal(const char* name, double seconds, double rate, Pauses own);

/// The families that equal versions are drawn from.
std::vector<Family> equal_families();

struct Run {
  std::vector<Request> baseline;
  std::vector<Request> candidate;
};
Run draw(Chance& chance, const Family& family);

}  // namespace iter8::bench
