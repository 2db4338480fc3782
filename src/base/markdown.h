#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iter8::base {

/// Text in which renderers find no addresses, mentions of people and references to issues, which they look
/// for also where there is no markup (in commit messages, in chats): a zero-width space stands in each of
/// them.
std::string without_links(std::string_view text);

/// Text from outside for a place in GitHub-flavoured Markdown: it becomes no markup, link, mention of a
/// person or reference to an issue, stays on one line, and ends with "…" after `limit` bytes.
std::string markdown_escaped(std::string_view raw, std::size_t limit = 1000);

}  // namespace iter8::base
