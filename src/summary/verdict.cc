#include "summary/verdict.h"

#include <algorithm>
#include <iterator>

namespace iter8::summary {

using experiment::Result;
using experiment::Verdict;

namespace {

bool is_partial_pass(const Result& result) {
  return result.assessment && result.assessment->verdict == Verdict::pass &&
         unassessed_objectives(result) > 0;
}

}  // namespace

Verdict assessed_verdict(const Result& result) {
  if (!result.assessment) return Verdict::skipped;
  return is_partial_pass(result) ? Verdict::inconclusive : result.assessment->verdict;
}

Verdict verdict_so_far(const Result& result) {
  const bool is_broken = result.failure || !result.interrupted.empty() || !result.file_problems.empty();
  return is_broken ? Verdict::error : assessed_verdict(result);
}

Verdict verdict_of(const Result& result) {
  return result.completed() ? verdict_so_far(result) : Verdict::error;
}

std::string verdict_title(const Result& result) {
  if (!result.file_problems.empty()) return "invalid file";
  if (!result.interrupted.empty()) return "interrupted";
  if (result.failure) return "failed";
  if (!result.completed()) return "incomplete";
  if (!result.assessment) return "not assessed";
  return is_partial_pass(result) ? "partly assessed" : std::string(to_text(result.assessment->verdict));
}

Tone tone_of(Verdict verdict) {
  if (verdict == Verdict::pass) return Tone::good;
  return verdict == Verdict::fail ? Tone::bad : Tone::open;
}

Tone tone_of_title(const Result& result) {
  if (!result.file_problems.empty()) return Tone::bad;
  if (!result.interrupted.empty()) return Tone::open;
  return result.failure ? Tone::bad : tone_of(verdict_of(result));
}

std::string_view sign_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "✅";
    case Tone::bad:
      return "❌";
    case Tone::open:
      break;
  }
  return "⚠️";
}

int unassessed_objectives(const Result& result) {
  const auto assessed = result.assessment ? std::ssize(result.assessment->objectives) : 0;
  return std::max(0, result.declared_objectives - static_cast<int>(assessed));
}

}  // namespace iter8::summary
