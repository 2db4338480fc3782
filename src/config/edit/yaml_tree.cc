#include "config/edit/yaml_tree.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/yaml/node.h"

namespace iter8::config {

namespace {

/// Turns the events of yaml-cpp's parser into places.
class YamlTreeBuilder final : public YAML::EventHandler {
 public:
  YamlTreeBuilder(std::size_t start, const YamlLimits& limits) : start_(start), limits_(limits) {}

  /// yaml-cpp leaves what cannot begin a document where it is, and finds it again, without end.
  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!documents_.empty() && mark.pos == document_start_)
      throw YAML::ParserException(mark, "expected the end of the document");
    document_start_ = mark.pos;
    documents_.emplace_back();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { put({.offset = offset(mark)}); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    put({.kind = YamlLocation::Kind::alias, .offset = offset(mark)});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& text) override {
    put({.kind = YamlLocation::Kind::scalar, .offset = offset(mark), .text = text, .is_plain = tag == "?"});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(YamlLocation::Kind::sequence, mark, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open(YamlLocation::Kind::map, mark, style);
  }
  void OnMapEnd() override { close(); }

  std::vector<YamlLocation> take() { return std::move(documents_); }

 private:
  struct Open {
    YamlLocation place;
    bool expects_value = false;  // of a map: its last entry has only its key yet
  };

  std::size_t offset(const YAML::Mark& mark) const {
    return start_ + static_cast<std::size_t>(std::max(mark.pos, 0));
  }

  void open(YamlLocation::Kind kind, const YAML::Mark& mark, YAML::EmitterStyle::value style) {
    if (open_.size() >= limits_.depth)
      throw base::Error(fmt::format("more than {} levels deep", limits_.depth));
    open_.push_back(
        {.place = {.kind = kind, .offset = offset(mark), .is_flow = style == YAML::EmitterStyle::Flow}});
  }

  void close() {
    YamlLocation place = std::move(open_.back().place);
    open_.pop_back();
    put(std::move(place));
  }

  void put(YamlLocation place) {
    if (++nodes_ > limits_.nodes) throw base::Error(fmt::format("more than {} values", limits_.nodes));
    if (open_.empty()) {
      if (documents_.empty()) documents_.emplace_back();
      documents_.back() = std::move(place);
      return;
    }
    Open& parent = open_.back();
    if (parent.place.kind == YamlLocation::Kind::sequence) {
      parent.place.items.push_back(std::move(place));
    } else if (parent.expects_value) {
      parent.place.entries.back().value = std::move(place);
      parent.expects_value = false;
    } else {
      parent.place.entries.push_back({.key = std::move(place), .value = {}});
      parent.expects_value = true;
    }
  }

  std::size_t start_;
  const YamlLimits& limits_;
  std::vector<YamlLocation> documents_;
  int document_start_ = 0;  // of the last one, as yaml-cpp counts
  std::vector<Open> open_;
  std::size_t nodes_ = 0;
};

std::string kind_text(const YamlLocation& place) {
  switch (place.kind) {
    case YamlLocation::Kind::null:
      return "empty";
    case YamlLocation::Kind::scalar:
      return "the value '" + base::printable(place.text, 40) + "'";
    case YamlLocation::Kind::sequence:
      return fmt::format("a list of {}", place.items.size());
    case YamlLocation::Kind::map:
      return "a map";
    case YamlLocation::Kind::alias:
      break;
  }
  return "an alias; edit the part that it stands for";
}

std::string missing(const DocumentPath& path, std::size_t step, const YamlLocation& parent,
                    const std::vector<std::string>& names) {
  std::string text = fmt::format("there is no {}: {} is {}", base::printable(path.upto(step + 1)),
                                 base::printable(path.upto(step)), kind_text(parent));
  if (!names.empty()) {
    constexpr std::size_t most = 12;
    const std::size_t count = std::min(names.size(), most);
    text += " with " + base::printable(base::join(std::span(names).first(count), ", "), 300);
    if (names.size() > most) text += ", …";
  }
  const PathStep& wanted = path.steps[step];
  const std::string& name = wanted.kind == PathStep::Kind::select ? wanted.value : wanted.key;
  return text + base::suggestion(name, names);
}

const YamlLocation* value_of(const YamlLocation& map, std::string_view key) {
  for (const YamlLocation::Entry& entry : map.entries)
    if (entry.key.kind == YamlLocation::Kind::scalar && entry.key.text == key) return &entry.value;
  return nullptr;
}

/// One step down. False, with the reason, when there is nothing.
bool descend(const DocumentPath& path, std::size_t step, YamlTarget& target, std::string& reason) {
  const YamlLocation& parent = *target.place;
  const PathStep& wanted = path.steps[step];
  const bool by_index = wanted.kind == PathStep::Kind::index || (wanted.kind == PathStep::Kind::either &&
                                                                 parent.kind == YamlLocation::Kind::sequence);
  target.in_flow = target.in_flow || parent.is_flow;
  std::vector<std::string> names;
  if (by_index && wanted.index < parent.items.size()) {
    target.place = &parent.items[wanted.index];
    target.key = nullptr;
    return true;
  }
  if (wanted.kind == PathStep::Kind::select) {
    for (const YamlLocation& item : parent.items) {
      const YamlLocation* field = value_of(item, wanted.key);
      if (field == nullptr) continue;
      names.push_back(field->text);
      if (field->text != wanted.value) continue;
      target.place = &item;
      target.key = nullptr;
      return true;
    }
  } else if (!by_index) {
    for (const YamlLocation::Entry& entry : parent.entries) {
      names.push_back(entry.key.text);
      if (entry.key.text != wanted.key) continue;
      target.place = &entry.value;
      target.key = &entry.key;
      return true;
    }
  }
  reason = missing(path, step, parent, names);
  return false;
}

std::string problem_at(std::string_view yaml, const YAML::ParserException& error) {
  const auto offset = static_cast<std::size_t>(std::max(error.mark.pos, 0));
  const Position position = position_in({1, 1}, yaml, std::min(offset, yaml.size()));
  return fmt::format("not valid YAML at line {}, column {}: {}", position.line, position.column, error.msg);
}

}  // namespace

std::vector<YamlLocation> read_yaml_tree(std::string_view yaml, const YamlLimits& limits) {
  if (yaml.size() > limits.bytes) throw base::Error(fmt::format("larger than {} bytes", limits.bytes));
  if (!base::is_utf8(yaml) || yaml.find('\0') != std::string_view::npos)
    throw base::Error("a binary file, or not UTF-8: its values cannot be edited");
  const std::size_t start = yaml.starts_with(base::kByteOrderMark) ? base::kByteOrderMark.size() : 0;
  std::istringstream stream{std::string(yaml.substr(start))};
  YamlTreeBuilder builder(start, limits);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::ParserException& error) {
    throw base::Error(problem_at(yaml.substr(start), error));
  }
  return builder.take();
}

std::optional<YamlTarget> find_place(const YamlLocation& document, const DocumentPath& path,
                                     std::string& reason) {
  YamlTarget target{.place = &document};
  for (std::size_t step = 0; step < path.steps.size(); ++step)
    if (!descend(path, step, target, reason)) return std::nullopt;
  return target;
}

bool same_but_for(const YamlLocation& one, const YamlLocation& other, const YamlLocation* changed,
                  std::string_view text) {
  if (&one == changed) {
    if (other.kind == YamlLocation::Kind::null) return plain_scalar(text).is_null();
    return other.kind == YamlLocation::Kind::scalar && other.text == text;
  }
  if (one.kind != other.kind || one.text != other.text || one.is_plain != other.is_plain ||
      one.items.size() != other.items.size() || one.entries.size() != other.entries.size())
    return false;
  for (std::size_t i = 0; i < one.items.size(); ++i)
    if (!same_but_for(one.items[i], other.items[i], changed, text)) return false;
  for (std::size_t i = 0; i < one.entries.size(); ++i)
    if (!same_but_for(one.entries[i].key, other.entries[i].key, changed, text) ||
        !same_but_for(one.entries[i].value, other.entries[i].value, changed, text))
      return false;
  return true;
}

}  // namespace iter8::config
