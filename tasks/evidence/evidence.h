#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "experiment/task.h"

namespace iter8::tasks {

/// The winner's number; nothing when there is none.
std::optional<std::size_t> winner_of(const experiment::Result& result);

/// What the run came to so far, for tasks that report it while it is still going on: error after a failed
/// task or an interruption, else the verdict of the assessment, inconclusive instead of a pass that left
/// objectives of the file aside; skipped when nothing was judged.
experiment::Verdict verdict_of(const experiment::Result& result);

/// "candidate wins, best with a probability of 97.1 % (…)"; empty without a winner, or without competition.
std::string winner_text(const experiment::Result& result);

/// What happened, in one line: verdict, version and what decided. "pass: candidate wins (…)", "fail:
/// candidate: http/latency-p99 …". Raw text; whoever shows it escapes it.
std::string headline(const experiment::Result& result);

/// The evidence for people, as GitHub-flavoured Markdown: headline, objectives, winner with probability,
/// rewards, link to the run. Texts from outside are escaped, secrets masked. The bodies of pull requests and
/// comments.
std::string evidence(const experiment::Context& context);

/// `text` cut at the end of a line so that it has at most `limit` bytes, with a note that says so.
std::string truncated(std::string text, std::size_t limit);

}  // namespace iter8::tasks
