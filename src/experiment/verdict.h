#pragma once

#include <optional>
#include <string_view>

namespace iter8::experiment {

/// pass and fail are decisions; inconclusive: the data do not decide; error: there are no data that could
/// decide; skipped: nothing was to be judged.
enum class Verdict { pass, fail, inconclusive, error, skipped };

std::string_view to_text(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);

/// The verdict on two parts together: fail outweighs error outweighs inconclusive outweighs pass outweighs
/// skipped.
Verdict combined(Verdict one, Verdict other);

}  // namespace iter8::experiment
