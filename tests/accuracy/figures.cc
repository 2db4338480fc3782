// Answers one question a line, so that another program can compare: "NAME NUMBER ..." on stdin, the values of
// that function on stdout, all digits kept. Lists of numbers come last.
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "stats/evidence/autocorrelation.h"
#include "stats/evidence/conditional.h"
#include "stats/evidence/mean.h"
#include "stats/evidence/mismatch.h"
#include "stats/evidence/quantile.h"
#include "stats/evidence/rate.h"
#include "stats/evidence/ratio.h"
#include "stats/evidence/strata.h"
#include "stats/evidence/student_mixture.h"
#include "stats/math/distributions.h"
#include "stats/math/log_math.h"
#include "stats/posterior/planning.h"
#include "stats/posterior/posterior.h"
#include "stats/posterior/ranking.h"

namespace {

using namespace iter8::stats;  // NOLINT: a table of its names
using Numbers = std::vector<double>;

Numbers of(const Interval& interval) {
  return {interval.lower, interval.upper};
}
Numbers of(const Evidence& found) {
  return {found.log_pass, found.log_fail, found.p_pass, found.p_fail};
}

std::vector<Contender> betas(const Numbers& in) {
  std::vector<Contender> contenders;
  for (std::size_t i = 0; i + 1 < in.size(); i += 2)
    contenders.push_back({.posterior = *posterior_of(Counts{in[i], in[i + 1]})});
  return contenders;
}

std::vector<Contender> students(const Numbers& in) {
  std::vector<Contender> contenders;
  for (std::size_t i = 0; i + 2 < in.size(); i += 3)
    contenders.push_back({.posterior = *posterior_of(Moments{in[i], in[i + 1], in[i + 2]})});
  return contenders;
}

Numbers of(const Ranking& ranking) {
  Numbers all = ranking.best;
  all.insert(all.end(), ranking.expected_loss.begin(), ranking.expected_loss.end());
  return all;
}

Numbers of(const Comparison& comparison) {
  return {comparison.probability_beats, comparison.lift_interval.lower, comparison.lift_interval.upper,
          comparison.expected_loss};
}

using Function = std::function<Numbers(const Numbers&)>;

const std::map<std::string, Function>& functions() {
  static const std::map<std::string, Function> table{
      {"log_beta", [](const Numbers& in) { return Numbers{log_beta(in[0], in[1])}; }},
      {"log_binomial", [](const Numbers& in) { return Numbers{log_binomial(in[0], in[1], in[2])}; }},
      {"log_beta_mixture",
       [](const Numbers& in) { return Numbers{log_beta_mixture(in[0], in[1], in[2], in[3], in[4])}; }},
      {"log_normal_below", [](const Numbers& in) { return Numbers{log_normal_below(in[0])}; }},
      {"probability",
       [](const Numbers& in) {
         const Counts counts{in[0], in[1]};
         return Numbers{probability(counts, Side::at_most, in[2]),
                        probability(counts, Side::at_least, in[2])};
       }},
      {"credible",
       [](const Numbers& in) {
         return of(credible_interval(Counts{in[0], in[1]}, in[2]));
       }},
      {"clopper_pearson",
       [](const Numbers& in) {
         return of(clopper_pearson({in[0], in[1]}, in[2]));
       }},
      {"sequence",
       [](const Numbers& in) {
         return of(confidence_sequence(Counts{in[0], in[1]}, in[2]));
       }},
      {"evidence",
       [](const Numbers& in) {
         return of(evidence(Counts{in[0], in[1]}, Side::at_most, in[2]));
       }},
      {"mean_probability",
       [](const Numbers& in) {
         return Numbers{probability(Moments{in[0], in[1], in[2]}, Side::at_most, in[3])};
       }},
      {"mean_credible",
       [](const Numbers& in) {
         return of(credible_interval(Moments{in[0], in[1], in[2]}, in[3]));
       }},
      {"student_mixture",
       [](const Numbers& in) { return Numbers{log_student_mixture(in[0], in[1], in[2])}; }},
      {"student_width",
       [](const Numbers& in) { return Numbers{student_mixture_width(in[0], in[1], in[2])}; }},
      {"rate_evidence",
       [](const Numbers& in) {
         return of(evidence(EventRate{in[0], in[1]}, Side::at_most, in[2]));
       }},
      {"rate_credible",
       [](const Numbers& in) {
         return of(credible_interval(EventRate{in[0], in[1]}, in[2]));
       }},
      {"fieller",
       [](const Numbers& in) {
         return of(fieller_interval({in[0], in[1], in[2], in[3], in[4], in[5]}, in[6]));
       }},
      {"chi_square",
       [](const Numbers& in) {
         const std::size_t half = in.size() / 2;
         const Numbers weights(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(half));
         const Numbers counts(in.begin() + static_cast<std::ptrdiff_t>(half), in.end());
         const SplitState state = next_state({}, weights, counts);
         return Numbers{chi_square_p(weights, counts), log_evidence(state)};
       }},
      {"conditional",
       [](const Numbers& in) {
         return conditional_log_ratios({in[0], in[1]}, {in[2], in[3]}, in[4]);
       }},
      {"fisher",
       [](const Numbers& in) {
         const FisherTails tails = fisher_tails({in[0], in[1]}, {in[2], in[3]});
         return Numbers{tails.few, tails.many};
       }},
      {"means_at_most",
       [](const Numbers& in) {
         const Posterior a = *posterior_of(Moments{in[0], in[1], in[2]});
         const Posterior b = *posterior_of(Moments{in[3], in[4], in[5]});
         return Numbers{probability_at_most(a, b, in[6], in[7])};
       }},
      {"proportions_at_most",
       [](const Numbers& in) {
         return Numbers{probability_at_most(*posterior_of(Counts{in[0], in[1]}),
                                            *posterior_of(Counts{in[2], in[3]}), in[4], 0)};
       }},
      {"compared",
       [](const Numbers& in) {
         return of(comparison_of(*posterior_of(Counts{in[0], in[1]}), *posterior_of(Counts{in[2], in[3]}),
                                 Better::higher, 0.95));
       }},
      {"compared_means",
       [](const Numbers& in) {
         return of(comparison_of(*posterior_of(Moments{in[0], in[1], in[2]}),
                                 *posterior_of(Moments{in[3], in[4], in[5]}), Better::higher, 0.95));
       }},
      {"ranked", [](const Numbers& in) { return of(ranking_of(betas(in), Better::higher)); }},
      {"ranked_means", [](const Numbers& in) { return of(ranking_of(students(in), Better::higher)); }},
      {"quantile_interval",
       [](const Numbers& in) {
         return of(quantile_interval(cells_of(std::span(in).subspan(2)), in[0], in[1]));
       }},
      {"band", [](const Numbers& in) { return Numbers{distribution_band(in[0], in[1], in[2])}; }},
      {"clean_units",
       [](const Numbers& in) {
         return Numbers{clean_units(in[0], in[1], Mode::fixed), clean_units(in[0], in[1], Mode::anytime),
                        clean_units(in[0], in[1], Mode::hybrid)};
       }},
      {"units_to_decide",
       [](const Numbers& in) {
         return Numbers{units_to_decide(in[0], in[1], 0.05, 0.8), typical_units_anytime(in[0], in[1], 0.05)};
       }},
      {"units_to_compare",
       [](const Numbers& in) { return Numbers{units_to_compare(in[0], in[1], 0.05, 0.8)}; }},
  };
  return table;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    Numbers in;
    for (double number = 0; words >> number;) in.push_back(number);
    const auto found = functions().find(name);
    if (found == functions().end()) {
      std::fprintf(stderr, "no function %s\n", name.c_str());
      return 2;
    }
    for (const double value : found->second(in)) std::printf("%.17g ", value);
    std::printf("\n");
  }
  return 0;
}
