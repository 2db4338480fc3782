#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/options/located.h"
#include "config/template/template.h"
#include "config/value/value.h"
#include "config/yaml/node.h"
#include "experiment/version.h"
#include "load/data_rows.h"

namespace iter8::tasks {

/// What the targets of a load are made from, beside its options.
struct TargetContext {
  const std::vector<experiment::Version>& versions;
  int iteration = 1;
  std::filesystem::path directory;    // of the experiment
  const load::Rows* rows = nullptr;   // of the task's `rows`
  const std::string* body = nullptr;  // of http: the payload once it has been read; null = payloadStr
  /// Set to the position of each option before it is used, so that a problem can name it; may be null.
  config::Position* current_position = nullptr;
};

/// Problems from here on are reported at the position of this option.
void note_position(const TargetContext& context, config::Position position);

/// The option's text with the data filled in. Notes its position; throws base::Error.
std::string render(const config::Located<config::Template>& option, const TargetContext& context,
                   const config::Value& data);

}  // namespace iter8::tasks
