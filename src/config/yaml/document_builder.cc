#include "config/yaml/document_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "config/yaml/placeholder_escape.h"

namespace iter8::config {
namespace {

constexpr std::string_view kCoreTags = "tag:yaml.org,2002:";

struct Size {
  std::size_t nodes = 1;
  std::size_t bytes = 0;
};

Size size_of(const Node& node) {
  Size size{.nodes = 1, .bytes = node.text.size()};
  const auto add = [&size](const Node& child) {
    const Size part = size_of(child);
    size.nodes += part.nodes;
    size.bytes += part.bytes;
  };
  for (const Node& item : node.items) add(item);
  for (const Node::Entry& entry : node.entries) {
    size.bytes += entry.key.size();
    add(entry.value);
  }
  return size;
}

/// Whether the quote at the front of `text` is closed; yaml-cpp takes the end of the file for a closing
/// quote.
bool quote_is_closed(std::string_view text) {
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return true;
      ++i;
    }
  }
  return false;
}

/// yaml-cpp writes \N and \_ as the bytes 0x85 and 0xA0, which are not UTF-8, and not as the characters of
/// that number.
std::string with_good_escapes(std::string text) {
  if (base::is_utf8(text)) return text;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t character = base::next_character(text, at);
    base::append_utf8(result, at == begin + 1 ? static_cast<unsigned char>(text[begin]) : character);
  }
  return result;
}

/// Where the first line of the block below `|` or `>` begins.
Position block_position(Position header, std::string_view text) {
  Position position{header.line, 1};
  std::size_t newline = text.find('\n');
  while (newline != std::string_view::npos) {
    ++position.line;
    const std::size_t content = text.find_first_not_of(' ', newline + 1);
    if (content == std::string_view::npos) break;
    if (text[content] != '\n' && text[content] != '\r') {
      position.column = static_cast<int>(content - newline);
      return position;
    }
    newline = text.find('\n', content);
  }
  return {header.line + 1, 1};
}

}  // namespace

Position DocumentBuilder::position(const YAML::Mark& mark) {
  if (mark.pos < 0 || mark.column < 0) return {};
  const std::size_t end = std::min(static_cast<std::size_t>(mark.pos), yaml_.size());
  const bool further = mark.line == counted_line_ && end >= counted_offset_;
  if (!further) {
    counted_line_ = mark.line;
    counted_offset_ = end - std::min(end, static_cast<std::size_t>(mark.column));
    counted_columns_ = 0;
  }
  const std::string_view part = yaml_.substr(counted_offset_, end - counted_offset_);
  counted_columns_ += static_cast<int>(std::count_if(part.begin(), part.end(), base::begins_character));
  counted_offset_ = end;
  return {mark.line + 1, counted_columns_ + 1};
}

void DocumentBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (started_)
    throw UnreadableDocument{position(mark), "a second document begins here; expected one document"};
  started_ = true;
}

void DocumentBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node;
  node.position = node.text_position = position(mark);
  count(1, node.position);
  finish(std::move(node), anchor, 0);
}

void DocumentBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end())
    throw UnreadableDocument{position(mark), "an alias inside the part it stands for"};
  const Anchored& original = found->second;
  count(original.nodes, position(mark));
  count_copied(original.bytes, position(mark));
  if (open_.size() + original.depth > limits_.depth)
    throw UnreadableDocument{position(mark), fmt::format("more than {} levels deep", limits_.depth)};
  place(original.node, original.depth);
}

void DocumentBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                               const std::string& text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.position = node.text_position = position(mark);
  node.text = with_good_escapes(unescape_placeholders(text));
  if (node.text.find('\0') != std::string::npos)
    throw UnreadableDocument{node.position, "a text cannot hold the character \\0"};
  node.quoted = tag == "!";
  if (tag != "?" || anchor != YAML::NullAnchor)
    locate_text(node, static_cast<std::size_t>(std::max(mark.pos, 0)));
  apply_tag(node, tag);
  count(1, node.position);
  finish(std::move(node), anchor, 0);
}

void DocumentBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                      YAML::EmitterStyle::value) {
  open(Node::Kind::sequence, mark, tag, anchor);
}

void DocumentBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                 YAML::EmitterStyle::value) {
  open(Node::Kind::map, mark, tag, anchor);
}

void DocumentBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                           YAML::anchor_t anchor) {
  Node node;
  node.kind = kind;
  node.position = node.text_position = position(mark);
  count(1, node.position);
  if (open_.size() >= limits_.depth)
    throw UnreadableDocument{node.position, fmt::format("more than {} levels deep", limits_.depth)};

  const bool is_key =
      !open_.empty() && open_.back().node.kind == Node::Kind::map && !open_.back().expects_value;
  if (is_key) {
    // yaml-cpp also takes a bracket that is never closed for the beginning of a key.
    const auto offset = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), yaml_.size());
    if (offset > 0 && yaml_.substr(offset - 1).starts_with("{{"))
      throw UnreadableDocument{node.position, "a value that begins with {{ must stand in quotes"};
    const std::string_view rest = yaml_.substr(offset);
    const char* hint = rest.starts_with('[')   ? ", or its ']' is missing"
                       : rest.starts_with('{') ? ", or its '}' is missing"
                                               : "";
    throw UnreadableDocument{node.position,
                             fmt::format("expected a key, found {}{}", node.described(), hint)};
  }
  apply_tag(node, tag);
  open_.push_back({.node = std::move(node), .anchor = anchor, .lines = {}, .merge = {}});
}

void DocumentBuilder::close() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  if (closed.merge) merge(closed);
  finish(std::move(closed.node), closed.anchor, closed.depth);
}

void DocumentBuilder::finish(Node node, YAML::anchor_t anchor, std::size_t depth) {
  if (anchor != YAML::NullAnchor) {
    // The copy counts as well: anchors in anchors would make many of the same part.
    const Size size = size_of(node);
    count(size.nodes, node.position);
    count_copied(size.bytes, node.position);
    anchors_[anchor] = {.node = node, .depth = depth, .nodes = size.nodes, .bytes = size.bytes};
  }
  place(std::move(node), depth);
}

void DocumentBuilder::place(Node node, std::size_t depth) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  parent.depth = std::max(parent.depth, depth + 1);
  if (parent.node.kind == Node::Kind::sequence) {
    parent.node.items.push_back(std::move(node));
  } else if (parent.expects_value) {
    parent.node.entries.back().value = std::move(node);
    parent.expects_value = false;
  } else {
    begin_entry(parent, std::move(node));
  }
}

void DocumentBuilder::begin_entry(Open& parent, Node key) {
  if (key.kind != Node::Kind::scalar)
    throw UnreadableDocument{key.position, "expected a key, found " + key.described()};
  const auto [line, is_new] = parent.lines.emplace(key.text, key.position.line);
  if (!is_new)
    problems_.error(key.position, fmt::format("key '{}' is already given on line {}",
                                              base::printable(key.text, 60), line->second));
  if (key.text == "<<" && !key.quoted) parent.merge = parent.node.entries.size();
  parent.node.entries.push_back({.key = std::move(key.text), .position = key.position, .value = {}});
  parent.expects_value = true;
}

/// The map's own keys win over merged ones, and the first of several merged maps over the later ones.
void DocumentBuilder::merge(Open& map) {
  auto& entries = map.node.entries;
  Node merged = std::move(entries[*map.merge].value);
  entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(*map.merge));

  const auto take = [&](Node& source) {
    if (source.kind != Node::Kind::map)
      throw UnreadableDocument{source.position,
                               "expected a map or a list of maps to merge, found " + source.described()};
    for (Node::Entry& entry : source.entries)
      if (map.lines.emplace(entry.key, entry.position.line).second) entries.push_back(std::move(entry));
  };
  if (merged.kind != Node::Kind::sequence) return take(merged);
  for (Node& item : merged.items) take(item);
}

void DocumentBuilder::count(std::size_t nodes, Position position) {
  nodes_ += nodes;
  if (nodes_ > limits_.nodes)
    throw UnreadableDocument{position, fmt::format("more than {} values, aliases expanded", limits_.nodes)};
}

void DocumentBuilder::count_copied(std::size_t bytes, Position position) {
  copied_bytes_ += bytes;
  if (copied_bytes_ > limits_.bytes)
    throw UnreadableDocument{position,
                             fmt::format("more than {} bytes of text, aliases expanded", limits_.bytes)};
}

void DocumentBuilder::apply_tag(Node& node, const std::string& tag) {
  if (tag == "?" || tag == "!") return;
  const std::string_view name =
      tag.starts_with(kCoreTags) ? std::string_view(tag).substr(kCoreTags.size()) : "";
  if (node.kind == Node::Kind::sequence && name == "seq") return;
  if (node.kind == Node::Kind::map && name == "map") return;

  const bool is_scalar = node.kind == Node::Kind::scalar;
  const Value value = plain_scalar(node.text);
  node.quoted = is_scalar && name == "str";
  if (node.quoted) return;
  if (is_scalar && name == "null") {
    node.kind = Node::Kind::null;
    return;
  }
  const bool fits = (name == "bool" && value.boolean()) || (name == "int" && value.integer()) ||
                    (name == "float" && value.number());
  if (is_scalar && fits) return;

  const std::string shown = base::printable(name.empty() ? tag : fmt::format("!!{}", name), 60);
  const bool known = name == "bool" || name == "int" || name == "float" || name == "str" || name == "null" ||
                     name == "seq" || name == "map";
  problems_.error(node.position,
                  known ? fmt::format("tag {} does not fit {}", shown, node.described())
                        : fmt::format("unknown tag '{}'; known tags are !!str, !!int, !!float, !!bool, "
                                      "!!null, !!seq and !!map",
                                      shown));
}

/// Finds where the text of a quoted, block or tagged scalar begins behind its tag and anchor.
void DocumentBuilder::locate_text(Node& node, std::size_t offset) {
  const std::size_t begin = offset;
  while (offset < yaml_.size() && (yaml_[offset] == '&' || yaml_[offset] == '!')) {
    offset = std::min(yaml_.find_first_of(" \t\r\n", offset), yaml_.size());
    offset = std::min(yaml_.find_first_not_of(" \t\r\n", offset), yaml_.size());
  }
  if (offset >= yaml_.size()) return;
  node.text_position = position_in(node.position, yaml_.substr(begin), offset - begin);
  const std::string_view rest = yaml_.substr(offset);
  if (rest.front() == '|' || rest.front() == '>') {
    node.text_position = block_position(node.text_position, rest);
  } else if (rest.front() == '"' || rest.front() == '\'') {
    if (!quote_is_closed(rest))
      throw UnreadableDocument{node.text_position, "the quote that opens here is never closed"};
    ++node.text_position.column;
  }
}

}  // namespace iter8::config
