#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "config/yaml/document.h"

namespace iter8::config {

/// Thrown by the builder through yaml-cpp, and caught in parse_document: reading cannot go on after this
/// problem.
struct UnreadableDocument {
  Position position;
  std::string message;
};

/// Turns the events of yaml-cpp's parser into a Node tree, within limits. One object reads one document.
/// Problems that leave the tree whole (a duplicate key) are collected; the others are thrown as
/// UnreadableDocument.
class DocumentBuilder final : public YAML::EventHandler {
 public:
  DocumentBuilder(std::string_view yaml, const DocumentLimits& limits, Problems& problems)
      : yaml_(yaml), limits_(limits), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

  /// Whether a document was seen; `root` is null when all of it is comments.
  bool started() const { return started_; }
  Node& root() { return root_; }

  /// yaml-cpp counts bytes from 0; people count characters from 1.
  Position position(const YAML::Mark& mark);

 private:
  /// A list or map that is being read.
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    std::size_t depth = 1;                       // of what was read so far, itself included
    bool expects_value = false;                  // of a map: its last entry has only its key yet
    std::unordered_map<std::string, int> lines;  // of a map: the line of each key
    std::optional<std::size_t> merge;            // of a map: the entry whose key is <<
  };

  /// A part that aliases may repeat.
  struct Anchored {
    Node node;
    std::size_t depth = 0;  // 0 of a scalar
    std::size_t nodes = 1;
    std::size_t bytes = 0;
  };

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void close();
  void finish(Node node, YAML::anchor_t anchor, std::size_t depth);
  void place(Node node, std::size_t depth);
  void begin_entry(Open& parent, Node key);
  void merge(Open& map);
  void count(std::size_t nodes, Position position);
  void count_copied(std::size_t bytes, Position position);
  void apply_tag(Node& node, const std::string& tag);
  void locate_text(Node& node, std::size_t offset);

  std::string_view yaml_;
  const DocumentLimits& limits_;
  Problems& problems_;
  bool started_ = false;
  Node root_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t copied_bytes_ = 0;

  // Where columns were counted last: a line of megabytes is counted once, not once a node.
  int counted_line_ = -1;
  std::size_t counted_offset_ = 0;
  int counted_columns_ = 0;
};

}  // namespace iter8::config
