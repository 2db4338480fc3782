// Where the page comes from: which file and program, which seeds, and how to run it again.
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "report/html/markup.h"
#include "report/html/sections.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Result;

namespace {

std::string entry(std::string_view name, const std::string& content) {
  return content.empty() ? "" : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, content);
}

std::string code(std::string_view text) {
  return text.empty() ? "" : "<code>" + name_markup(text) + "</code>";
}

/// "http: 1", or "http: 1, 2" where iterations differ.
std::string seeds_of(const Result& result) {
  std::map<std::string, std::set<std::uint64_t>> seeds;
  for (const auto& series : result.series)
    if (series.seed) seeds[series.provider].insert(*series.seed);
  std::vector<std::string> texts;
  for (const auto& [provider, numbers] : seeds) {
    std::vector<std::string> list;
    for (const std::uint64_t seed : numbers) list.push_back(std::to_string(seed));
    texts.push_back(escaped(provider, 200) + ": " + base::join(list, ", "));
  }
  return base::join(texts, "; ");
}

std::string names_of_versions(const Result& result) {
  std::vector<std::string> names;
  for (std::size_t version = 0; version < result.versions.size(); ++version)
    names.push_back(name_markup(summary::version_label(result, version)));
  return base::join(names, ", ");
}

/// A path as an argument of a shell.
std::string quoted(const std::string& path) {
  const bool is_plain =
      path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-") ==
      std::string::npos;
  return is_plain ? path : "'" + base::replace_all(path, "'", "'\\''") + "'";
}

}  // namespace

std::string origin_section(const View& view) {
  const Result& result = view.result;
  std::string text = "<dl class=\"origin\">\n";
  text += entry("Experiment file", code(result.file));
  text += entry("Its digest", code(result.digest));
  text += entry("Versions", names_of_versions(result));
  text += entry("Seeds of the loads", seeds_of(result));
  text += entry("iter8", code(result.iter8_version));
  text += entry("Run", code(result.id));
  if (!result.walls.empty()) text += entry("Held back by", escaped(base::join(result.walls, ", ")));
  if (!result.file.empty())
    text += entry("Run it again",
                  code("sha256sum " + quoted(result.file) + " && iter8 run " + quoted(result.file)));
  return section("origin", "How to reproduce it", text + "</dl>\n");
}

}  // namespace iter8::report
