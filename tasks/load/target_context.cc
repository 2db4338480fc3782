#include "tasks/load/target_context.h"

namespace iter8::tasks {

void note_position(const TargetContext& context, config::Position position) {
  if (context.current_position) *context.current_position = position;
}

std::string render(const config::Located<config::Template>& option, const TargetContext& context,
                   const config::Value& data) {
  note_position(context, option.position);
  return option.value.render(data);
}

}  // namespace iter8::tasks
