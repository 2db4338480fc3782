#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/tables.h"

namespace iter8::report {

/// The pieces that the sections of a page are made of. Arguments called `text`, `title` or `name` come from
/// outside and are escaped here; `content` is markup.

/// Text between tags or in an attribute.
std::string escaped(std::string_view text, std::size_t limit = 4000);

/// A name that may be broken at its slashes, and within a word only where it fits into no line.
std::string name_markup(std::string_view name);

/// A part of the page with an anchor for the list of contents; nothing without content.
std::string section(std::string_view anchor, std::string_view title, const std::string& content);

/// Sentences of one kind: "bad", "open" or "" (plain). Nothing for none.
std::string sentences(const std::vector<std::string>& lines, std::string_view kind);

/// What can be unfolded.
std::string folded(std::string_view title, const std::string& content);

/// A table that scrolls by itself where it is wider than the page; the first column stays. Nothing without
/// rows.
std::string table_markup(const Table& table);

/// Opens and closes what scrolls by itself; `title` says what it is to those who do not see it.
std::string scrolling(std::string_view title, const std::string& content);

}  // namespace iter8::report
