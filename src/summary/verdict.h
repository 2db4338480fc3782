#pragma once

#include <string>
#include <string_view>

#include "experiment/result/result.h"

namespace iter8::summary {

/// The verdict of a finished run, for reports and outputs: as experiment::current_verdict(), which tasks use
/// to tell of the run that they are a part of, but error as well for a run that did not come to its end.
experiment::Verdict verdict_of(const experiment::Result& result);

/// Nothing was judged: the sentence of a run with the verdict skipped, wherever it is told.
inline constexpr std::string_view kNothingJudged = "nothing was judged";

/// Why the verdict is none that was reached by judging: "invalid file", "interrupted", "a task failed",
/// "incomplete" (the run was cut off), "nothing was judged", "partly assessed" for a pass that left
/// objectives of the file aside. Empty for every other verdict.
std::string verdict_note(const experiment::Result& result);

/// What a reader wants first: the word of verdict_of(), the same as in every output, and verdict_note():
/// "pass", "error (interrupted)", "skipped (nothing was judged)".
std::string verdict_title(const experiment::Result& result);

/// How a reader should take a verdict: what colours and signs are chosen by.
enum class Tone { good, bad, open };

/// Good for a pass, bad for a fail; everything that is not decided is open.
Tone tone_of(experiment::Verdict verdict);

/// Of verdict_title(): bad as well when a task failed or the file was refused.
Tone tone_of_title(const experiment::Result& result);

/// "✅", "❌", "⚠️".
std::string_view sign_of(Tone tone);

/// How many objectives of the file were never judged; 0 when all were.
int unassessed_objectives(const experiment::Result& result);

}  // namespace iter8::summary
