#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secrets.h"
#include "report/outputs.h"
#include "summary/remarks.h"

namespace iter8::ci {

/// What the runner of GitHub reads: commands in lines of the log, and files of NAME<<DELIMITER values. Texts
/// are escaped as the runner undoes it.

/// Random hexadecimal digits, 128 bits of them, behind `iter8_`: a delimiter or token that text from outside
/// cannot guess.
std::string random_token();

/// The outputs as the file behind GITHUB_OUTPUT wants them, each value between two lines of `delimiter`.
/// Throws base::Error if a name or value holds the delimiter, which lets it forge further outputs.
std::string github_output_text(const report::Outputs& outputs, std::string_view delimiter);

/// A line `::error file=…,line=…,title=…::…` or `::warning …` for each remark. GitHub keeps ten of a type
/// from one step, each up to 4096 characters: what is more is counted in the tenth, and long ones are cut.
std::string github_annotations(const std::vector<summary::Remark>& remarks, const std::string& file);

/// An `::add-mask::` line for each secret.
std::vector<std::string> github_masks(const base::Secrets& secrets);

/// `::group::TITLE` and `::endgroup::`.
std::string github_group(std::string_view title);

/// From `::stop-commands::TOKEN` to `::TOKEN::` the runner takes no line for a command.
std::string github_pause(std::string_view token);
std::string github_resume(std::string_view token);

}  // namespace iter8::ci
