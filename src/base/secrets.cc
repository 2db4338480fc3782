#include "base/secrets.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <iterator>

#include "base/secret_forms.h"
#include "base/text.h"
#include "base/unescape.h"

namespace iter8::base {

namespace {

/// The first four bytes of a text as a number; it has them.
std::uint32_t beginning_of(const char* text) {
  std::uint32_t number = 0;
  std::memcpy(&number, text, sizeof number);
  return number;
}

std::size_t slot_of(std::uint32_t beginning) {
  return (beginning * 2654435761U) >> 16U;  // Knuth's multiplicative hash: the high half is well mixed
}

/// How many bytes the beginnings of two texts have in common. In blocks, because secrets may be long and made
/// of few different bytes, so that they agree at every place of a text that is, too.
std::size_t common_length(std::string_view a, std::string_view b) {
  constexpr std::size_t kBlock = 64;
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t length = 0;
  while (length + kBlock <= most && std::memcmp(a.data() + length, b.data() + length, kBlock) == 0)
    length += kBlock;
  // By pointers: the checks of a debug build would cost more than the comparison.
  const char* const one = a.data();
  const char* const other = b.data();
  while (length < most && one[length] == other[length]) ++length;
  return length;
}

/// The length of the longest of these that a text begins with, or 0. What sorts last before the text is it,
/// or has more in common with the text than any other, and so has all that could be it.
std::size_t longest_at_front(std::string_view text, const std::vector<std::string>& sorted) {
  while (text.size() >= Secrets::kShortest) {
    const auto behind = std::ranges::upper_bound(
        sorted, text, std::less<>{}, [](const std::string& form) { return std::string_view(form); });
    if (behind == sorted.begin()) return 0;
    const std::string& form = *std::prev(behind);
    if (text.starts_with(form)) return form.size();
    text = text.substr(0, common_length(text, form));
  }
  return 0;
}

/// Whether a text is the beginning of one of these. What printable() cut may end so.
bool is_beginning(std::string_view text, const std::vector<std::string>& sorted) {
  const auto first = std::ranges::lower_bound(sorted, text, std::less<>{},
                                              [](const std::string& form) { return std::string_view(form); });
  return first != sorted.end() && first->starts_with(text);
}

/// Overlapping ranges as one; those that only touch stay two.
std::vector<std::pair<std::size_t, std::size_t>> joined(
    std::vector<std::pair<std::size_t, std::size_t>> ranges) {
  std::ranges::sort(ranges);
  std::vector<std::pair<std::size_t, std::size_t>> result;
  for (const auto& [begin, end] : ranges) {
    if (!result.empty() && begin < result.back().second)
      result.back().second = std::max(result.back().second, end);
    else
      result.emplace_back(begin, end);
  }
  return result;
}

/// The readings of a text in which a secret is looked for. Twice JSON: a document within a document.
constexpr std::array<std::array<Escaping, 2>, 6> kReadings = {
    {{Escaping::percent, Escaping::percent},
     {Escaping::form, Escaping::form},
     {Escaping::json, Escaping::json},
     {Escaping::html, Escaping::html},
     {Escaping::json, Escaping::html},
     {Escaping::broken_in_lines, Escaping::broken_in_lines}}};

}  // namespace

bool Secrets::add(std::string_view value) {
  value = trim(value);
  if (value.size() < kShortest) return false;
  const std::lock_guard lock(mutex_);
  if (!seen_.insert(std::string(value)).second) return true;
  add_value(value);
  if (const std::vector<std::string> lines = split(value, '\n'); lines.size() > 1) {
    const std::size_t count = std::min(lines.size(), kMostLines);
    for (std::size_t i = 0; i < count; ++i)
      if (const std::string_view line = trim(lines[i]);
          line.size() >= kShortestLine && !line.starts_with("-----"))
        add_part(line);
  }
  for (const std::string& text : texts_of_object(value))
    if (text.size() >= kShortestLine) add_part(text);
  return true;
}

void Secrets::add_user_infos(std::string_view text) {
  for (const std::string& part : user_infos_in(text)) add(part);
}

void Secrets::add_value(std::string_view value) {
  add_part(value);
  for (std::string& form : forms_to_find(value)) values_.insert(std::move(form));
}

void Secrets::add_part(std::string_view part) {
  constexpr std::size_t kLongestForm = 4;  // times the part: escaped, or hexadecimal with breaks
  reach_ = std::max(reach_, std::min(kLongestForm * part.size(), kFarthest));
  for (const std::string& form : forms_to_find(part)) index(form);
  values_.insert(std::string(part));
  for (std::string& form : forms_to_tell(part)) values_.insert(std::move(form));
}

void Secrets::index(const std::string& form) {
  const std::uint32_t beginning = beginning_of(form.data());
  std::vector<std::string>& forms = forms_[beginning];
  const auto place = std::ranges::lower_bound(forms, form);
  if (place != forms.end() && *place == form) return;
  forms.insert(place, form);
  beginnings_.set(slot_of(beginning));
}

Secrets::Ranges Secrets::matches_in(std::string_view text) const {
  Ranges ranges;
  std::size_t cut = text.find(kCutMark);  // the next one that is not before `at`
  for (std::size_t at = 0; at + kShortest <= text.size(); ++at) {
    if (cut < at) cut = text.find(kCutMark, at);
    const std::uint32_t beginning = beginning_of(text.data() + at);
    if (!beginnings_.test(slot_of(beginning))) continue;
    const auto forms = forms_.find(beginning);
    if (forms == forms_.end()) continue;
    const std::size_t length = longest_at_front(text.substr(at), forms->second);
    if (length > 0) {
      ranges.emplace_back(at, at + length);
    } else if (cut != std::string_view::npos && cut >= at + kShortest &&
               is_beginning(text.substr(at, cut - at), forms->second)) {
      ranges.emplace_back(at, cut);
    }
  }
  return ranges;
}

std::string Secrets::mask(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  if (forms_.empty()) return std::string(text);
  Ranges ranges = matches_in(text);
  const auto add_matches = [&](const Unescaped& reading) {
    for (const auto& [begin, end] : matches_in(reading.text)) {
      auto [from, to] = reading.source_of(begin, end - begin);
      // A break behind a secret is not a part of it: none ends with one.
      while (to > from && (text[to - 1] == '\n' || text[to - 1] == '\r')) --to;
      ranges.emplace_back(from, to);
    }
  };
  for (const auto& [first, second] : kReadings) {
    if (!may_be_escaped(text, first)) continue;
    const Unescaped once = unescape(text, first);
    add_matches(once);
    const bool may_be_twice = may_be_escaped(once.text, second);
    if (may_be_twice && first != Escaping::form && first != Escaping::broken_in_lines)
      add_matches(unescape(once, second));
  }
  std::string result;
  std::size_t at = 0;
  for (const auto& [begin, end] : joined(std::move(ranges))) {
    result.append(text.substr(at, begin - at)).append("***");
    at = end;
  }
  return result.append(text.substr(at));
}

std::size_t Secrets::reach() const {
  const std::lock_guard lock(mutex_);
  return reach_;
}

std::vector<std::string> Secrets::values() const {
  const std::lock_guard lock(mutex_);
  return {values_.begin(), values_.end()};
}

}  // namespace iter8::base
