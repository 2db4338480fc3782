#pragma once

#include <cstddef>
#include <string>

#include "experiment/task.h"

namespace iter8::tasks {

/// The evidence for people, as GitHub-flavoured Markdown: headline, objectives, winner with probability,
/// rewards, link to the run. Texts from outside are escaped, secrets masked. The bodies of pull requests and
/// comments.
std::string evidence(const experiment::Context& context);

/// `text` cut at the end of a line so that it has at most `limit` bytes, with a note that says so.
std::string cut_at_line(std::string text, std::size_t limit);

}  // namespace iter8::tasks
