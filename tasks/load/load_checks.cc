#include "tasks/load/load_checks.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "tasks/load/ceilings.h"
#include "tasks/load/shard.h"

namespace iter8::tasks {

namespace {

constexpr std::size_t kRowsLimit = 64 * 1024 * 1024;

}  // namespace

void read_shard(LoadOptions& options, experiment::BuildContext& context) {
  if (!options.shard_text) return;
  try {
    options.shard = shard_of(options.shard_text->value, context.environment);
  } catch (const base::Error& error) {
    context.problems.error(options.shard_text->position, error.what());
  }
}

std::optional<load::Rows> read_rows(const config::Located<std::string>& option,
                                    experiment::BuildContext& context) {
  const auto path = context.directory / option.value;
  try {
    return load::parse_csv(base::read_file(path, kRowsLimit));
  } catch (const base::Error& error) {
    context.problems.error(option.position, "rows " + base::printable(path.string()) + ": " + error.what());
    return std::nullopt;
  }
}

void check_ceilings(const LoadOptions& options, load::Plan plan, const config::Node& node,
                    experiment::BuildContext& context) {
  if (options.sequential) plan.targets.resize(1);
  apply_pace(options.pace, context.directory, plan);
  const auto found = excess(plan, Ceilings::of(context.environment));
  if (!found) return;
  const config::Node* option = node.find(found->option);
  const config::Position usual = node.position.line > 0 ? node.position : context.position;
  context.problems.error(option ? option->position : usual, found->option + ": " + found->message);
}

}  // namespace iter8::tasks
