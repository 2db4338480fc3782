#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/options/codec.h"
#include "config/options/located.h"
#include "config/template/template.h"
#include "config/value/value.h"
#include "config/yaml/node.h"
#include "experiment/version.h"
#include "load/plan.h"

namespace iter8::tasks {

/// Header fields by name, whose values are templates.
using HeaderTemplates = std::vector<std::pair<std::string, config::Located<config::Template>>>;

/// What {{ … }} can refer to: version, versions, iteration.
config::Value template_data(const std::vector<experiment::Version>& versions, std::size_t version,
                            int iteration);

/// The task's `with`, in which the values of these keys may hold the placeholders {{uuid}}, {{seq}} and
/// {{row.COLUMN}} beside templates: each becomes a template that prints the placeholder, so that it is still
/// there for the engine after rendering.
config::Node escape_placeholders(const config::Node& with, std::span<const std::string_view> keys);

}  // namespace iter8::tasks

namespace iter8::config {

template <>
struct Choices<load::RowOrder> {
  static constexpr std::array names{std::pair{"sequential", load::RowOrder::sequential},
                                    std::pair{"random", load::RowOrder::random}};
};

}  // namespace iter8::config
