#include "summary/verdict.h"

#include <algorithm>
#include <iterator>

namespace iter8::summary {

using experiment::Result;
using experiment::Verdict;

Verdict verdict_of(const Result& result) {
  return result.completed() ? current_verdict(result) : Verdict::error;
}

std::string verdict_note(const Result& result) {
  if (!result.file_problems.empty()) return "invalid file";
  if (!result.interrupted.empty()) return "interrupted";
  if (result.failure) return "a task failed";
  if (!result.completed()) return "incomplete";
  if (judged_verdict(result) == Verdict::skipped) return std::string(kNothingJudged);
  return judged_verdict(result) == result.assessment->verdict ? "" : "partly assessed";
}

std::string verdict_title(const Result& result) {
  const std::string verdict(to_text(verdict_of(result)));
  const std::string note = verdict_note(result);
  return note.empty() ? verdict : verdict + " (" + note + ")";
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
