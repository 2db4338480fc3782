#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/result.h"

namespace iter8::ci {

using Outputs = std::vector<std::pair<std::string, std::string>>;

/// The outputs of action.yml: verdict, completed, slos, winner, recommended, result, report. Paths are given
/// as the workflow should see them; an empty report means that none was written. The verdict is `error` for a
/// run that failed or was cut off, whatever it judged before.
Outputs outputs_of(const experiment::Result& result, std::string_view result_path,
                   std::string_view report_path);

/// The outputs as the file behind GITHUB_OUTPUT wants them, each value between two lines of `delimiter`.
/// Throws base::Error if a value holds the delimiter, which lets it forge further outputs.
std::string github_output_text(const Outputs& outputs, std::string_view delimiter);

/// 128 random bits, which text from outside cannot guess.
std::string random_delimiter();

/// A workflow command a line, `::error file=…,line=…,title=…::…`, for each objective that was missed and each
/// task that failed; at most 10, which is what GitHub keeps.
std::string github_annotations(const experiment::Result& result);

/// Adds to the end of a file that the runner made. Throws base::Error, naming the path, when it cannot.
void append_to_file(const std::filesystem::path& path, std::string_view text);

}  // namespace iter8::ci
