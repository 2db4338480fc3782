#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/evidence/event.h"

namespace iter8::tasks::notify {

/// What one run, or one iteration of it, came to.
struct PastEvent {
  std::string run;  // start of the run, RFC 3339
  int iteration = 1;
  RunStatus status = RunStatus::success;
  std::string verdict;
};

/// The outcomes of the latest events of experiments, by name: what `on: [change]` compares with. Kept in a
/// JSON file (default iter8-history.json, beside result.yaml), because result.yaml is replaced when a run
/// begins. CI systems that begin with an empty folder must keep it from run to run (a cache).
class History {
 public:
  static constexpr std::size_t kKept = 20;  // events an experiment

  /// A file that does not exist is an empty history. Throws base::Error, naming the path, for one that cannot
  /// be read or is not a history.
  static History read(const std::filesystem::path& path);
  static History parse(std::string_view text);

  /// The outcome before this event: the latest one that is not of the same iteration of the same run.
  std::optional<RunStatus> before(const Event& event) const;

  /// Notes the event, in place of an earlier one of the same iteration of the same run.
  void add(const Event& event);

  std::string to_text() const;
  /// As a whole or not at all.
  void write(const std::filesystem::path& path) const;

 private:
  struct Past {
    std::string experiment;
    std::vector<PastEvent> events;  // oldest first
  };
  std::vector<Past> experiments_;
};

/// Whether the outcome differs from the one before. Nothing known before: a success is not a change,
/// everything else is.
bool is_change(const History& history, const Event& event);

}  // namespace iter8::tasks::notify
