#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/secrets.h"
#include "experiment/result/result.h"
#include "experiment/version.h"

namespace iter8::tasks::assess {

/// What one run contributes: the metrics that the assessment uses, the slices of its loads, and its looks.
struct HistoryRun {
  std::string versions_digest;  // of the versions' names and values: other versions are other questions
  experiment::Result result;
};

/// Names and values, but not where a version can be reached (url) or what traffic it gets (weight).
std::string digest_of(const std::vector<experiment::Version>& versions);

/// The runs of a history document, oldest first. Throws base::Error when it is not one of ours.
std::vector<HistoryRun> history_of(std::string_view text);

/// The runs of a history file, oldest first; none when there is no file. Throws base::Error when it is not
/// one of ours.
std::vector<HistoryRun> read_history(const std::filesystem::path& file);

bool is_same_run(const experiment::Result& one, const experiment::Result& other);

/// Puts the run in place of itself, as it was before, or at the end, and replaces the file at once or not at
/// all; another run that does the same at this time is waited for. Throws base::Error when that takes 30 s,
/// and when the file cannot be read or written. The oldest runs beyond 1000 are dropped, and the slices of
/// all runs are limited together.
void write_history(const std::filesystem::path& file, HistoryRun run, const base::Secrets& secrets);

}  // namespace iter8::tasks::assess
