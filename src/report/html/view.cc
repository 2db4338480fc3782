#include "report/html/view.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/html/markup.h"
#include "summary/winner.h"
#include "summary/wording.h"

namespace iter8::report {

using experiment::Result;
using summary::Tone;

namespace {

constexpr std::size_t kColours = 6;
constexpr std::string_view kNoColour = "vx";

/// The versions, those that a reader looks for first.
std::vector<std::size_t> by_interest(const Result& result) {
  std::vector<std::size_t> order;
  const auto add = [&](std::size_t version) {
    const bool is_known = version < result.versions.size();
    if (is_known && std::find(order.begin(), order.end(), version) == order.end()) order.push_back(version);
  };
  add(0);
  if (const auto winner = summary::winner_of(result)) add(*winner);
  if (result.assessment)
    for (const auto& reward : result.assessment->rewards)
      std::for_each(reward.best.begin(), reward.best.end(), add);
  for (std::size_t version = 0; version < result.versions.size(); ++version) add(version);
  return order;
}

std::vector<std::string> colours_of(const Result& result) {
  std::vector<std::string> colours(result.versions.size(), std::string(kNoColour));
  if (colours.size() <= kColours) {
    for (std::size_t version = 0; version < colours.size(); ++version)
      colours[version] = fmt::format("v{}", version);
    return colours;
  }
  const std::vector<std::size_t> order = by_interest(result);
  for (std::size_t i = 0; i < kColours; ++i) colours[order[i]] = fmt::format("v{}", i);
  return colours;
}

}  // namespace

std::string View::colour(std::size_t version) const {
  return version < colours.size() ? colours[version] : std::string(kNoColour);
}

View view_of(const Result& result) {
  return {.result = result, .colours = colours_of(result), .notes = notes_of(result)};
}

std::string_view css_class(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
    case Tone::open:
      break;
  }
  return "open";
}

Tone tone_of(const experiment::ObjectiveCheck& check, bool is_gate) {
  const Tone tone = summary::tone_of(check.verdict);
  return tone == Tone::bad && !is_gate ? Tone::open : tone;
}

std::string sign(Tone tone) {
  const std::string_view path = tone == Tone::good ? "M3 8.6l3.3 3.3L13 4.6"
                                : tone == Tone::bad
                                    ? "M4 4l8 8M12 4l-8 8"
                                    : "M5.6 6a2.5 2.5 0 1 1 3.7 2.1C8.4 8.7 8 9.2 8 10M8 13v.1";
  return fmt::format("<svg class=\"sign\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"{}\"/></svg>",
                     path);
}

std::string chip(Tone tone, std::string_view word) {
  return fmt::format("<span class=\"chip {}\">{}{}</span>", css_class(tone), sign(tone), escaped(word));
}

std::string_view forest_class(const View& view) {
  constexpr std::size_t kShort = 14;  // bytes that fit into the narrow column
  const bool has_long = std::any_of(view.result.versions.begin(), view.result.versions.end(),
                                    [](const std::string& name) { return name.size() > kShort; });
  return has_long ? "forest long" : "forest";
}

std::string version_markup(const View& view, std::size_t version) {
  return fmt::format("<span class=\"version\"><i class=\"dot {}\"></i>{}</span>", view.colour(version),
                     name_markup(summary::version_label(view.result, version)));
}

}  // namespace iter8::report
