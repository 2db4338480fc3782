#include "simulation/simulation.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <thread>

namespace iter8::bench {

std::vector<std::vector<double>> simulated(int runs, std::uint64_t seed,
                                           const std::function<Observed(Chance&)>& run) {
  std::vector<Observed> all(static_cast<std::size_t>(runs));
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < all.size(); i = next++) {
      Chance chance(seed * 1'000'003 + i);
      all[i] = run(chance);
    }
  };
  std::vector<std::thread> threads(std::max(1U, std::thread::hardware_concurrency()));
  for (std::thread& thread : threads) thread = std::thread(work);
  for (std::thread& thread : threads) thread.join();

  std::vector<std::vector<double>> by_question(all.front().size());
  for (const Observed& observed : all)
    for (std::size_t question = 0; question < by_question.size(); ++question)
      by_question[question].push_back(observed[question]);
  return by_question;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double percentile_of(std::vector<double> values, double share) {
  if (values.empty()) return stats::kNan;
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  return values[rank];
}

double median_of(std::vector<double> values) {
  return percentile_of(std::move(values), 0.5);
}

void Report::begin(const std::string& title) {
  std::printf("\n%s\n%-64s %10s %10s  %s\n", title.c_str(), "", "measured", "wanted", "must be");
}

void Report::add(const Figure& figure) {
  bool holds = true;
  char demand[64] = "";
  switch (figure.bound) {
    case Bound::shown:
      break;
    case Bound::at_most:
      holds = figure.value <= figure.limit;
      std::snprintf(demand, sizeof demand, "<= %g", figure.limit);
      break;
    case Bound::at_least:
      holds = figure.value >= figure.limit;
      std::snprintf(demand, sizeof demand, ">= %g", figure.limit);
      break;
    case Bound::within_tenth:
      holds = std::abs(figure.value - figure.wanted) <= 0.1 * figure.wanted;
      std::snprintf(demand, sizeof demand, "within 10 %%");
      break;
  }
  const bool has_wanted = figure.wanted == figure.wanted;
  std::printf("  %-62s %8.5g %s", figure.what.c_str(), figure.value, figure.unit.c_str());
  if (has_wanted) std::printf(" %8.5g %s", figure.wanted, figure.unit.c_str());
  std::printf("  %s%s\n", demand, holds ? "" : "  MISSED");
  std::fflush(stdout);
  if (!holds) ++missed_;
}

}  // namespace iter8::bench
