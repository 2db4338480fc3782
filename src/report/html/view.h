#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiment/result/result.h"
#include "report/html/notes.h"
#include "summary/verdict.h"

namespace iter8::report {

/// A result as the sections of a page see it: with the colour of each version, and each warning at its place.
/// Borrows the result.
struct View {
  const experiment::Result& result;
  std::vector<std::string> colours;  // the class of the style sheet that stands for each version
  Notes notes;

  std::size_t versions() const { return result.versions.size(); }
  std::string colour(std::size_t version) const;
};

/// Six colours that also those can tell apart who see few: each version its own while there are six or fewer;
/// of more versions the baseline, the winner and the best ones have one, and the others share grey.
View view_of(const experiment::Result& result);

/// "good", "bad", "open": classes of the style sheet.
std::string_view css_class(summary::Tone tone);

/// Of a check: bad only where the verdict rests on it.
summary::Tone tone_of(const experiment::ObjectiveCheck& check, bool is_gate);

/// A sign and a word in the colour of the tone, so that the colour is never the only difference.
std::string chip(summary::Tone tone, std::string_view word);

/// The sign alone, 1em high.
std::string sign(summary::Tone tone);

/// The class of a table with strips: names that are long have a wider column.
std::string_view forest_class(const View& view);

/// The version's name behind a dot in its colour.
std::string version_markup(const View& view, std::size_t version);

}  // namespace iter8::report
