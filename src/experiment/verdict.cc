#include "experiment/verdict.h"

#include <algorithm>
#include <array>
#include <utility>

namespace iter8::experiment {

namespace {

/// In the order of combined(): each outweighs those after it.
constexpr std::array kVerdicts{std::pair{Verdict::fail, std::string_view("fail")},
                               std::pair{Verdict::error, std::string_view("error")},
                               std::pair{Verdict::inconclusive, std::string_view("inconclusive")},
                               std::pair{Verdict::pass, std::string_view("pass")},
                               std::pair{Verdict::skipped, std::string_view("skipped")}};

std::size_t rank(Verdict verdict) {
  const auto* found = std::find_if(kVerdicts.begin(), kVerdicts.end(),
                                   [verdict](const auto& entry) { return entry.first == verdict; });
  return static_cast<std::size_t>(found - kVerdicts.begin());
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  return kVerdicts.at(rank(verdict)).second;
}

std::optional<Verdict> parse_verdict(std::string_view text) {
  for (const auto& [verdict, word] : kVerdicts)
    if (word == text) return verdict;
  return std::nullopt;
}

Verdict combined(Verdict one, Verdict other) {
  return rank(one) <= rank(other) ? one : other;
}

}  // namespace iter8::experiment
