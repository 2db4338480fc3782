#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iter8::base {

/// Text from outside for a place in GitHub-flavoured Markdown: it becomes no markup, link, mention of a
/// person or reference to an issue, stays on one line, and ends with "…" after `limit` bytes.
std::string markdown_escaped(std::string_view raw, std::size_t limit = 1000);

}  // namespace iter8::base
