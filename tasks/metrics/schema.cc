#include "tasks/metrics/schema.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "tasks/metrics/legacy/resource_task.h"
#include "tasks/metrics/legacy/spec_task.h"
#include "tasks/metrics/providers.h"

namespace iter8::tasks::metrics {

namespace {

using config::FieldDoc;
using config::Schema;

/// A field, and the providers that have it.
struct Shared {
  FieldDoc field;
  std::vector<std::string> providers;
};

std::vector<FieldDoc> union_of(const std::vector<FieldDoc> Provider::*fields) {
  constexpr std::size_t kMostNamed = 4;
  std::vector<Shared> all;
  for (const Provider& provider : providers())
    for (const FieldDoc& field : provider.*fields) {
      auto found =
          std::ranges::find_if(all, [&](const Shared& each) { return each.field.name == field.name; });
      if (found == all.end()) found = all.insert(all.end(), {.field = field, .providers = {}});
      found->providers.push_back(provider.name);
    }
  std::vector<FieldDoc> docs;
  for (Shared& shared : all) {
    shared.field.required = false;
    if (shared.providers.size() <= kMostNamed)
      shared.field.doc += " (" + base::join(shared.providers, ", ") + ")";
    docs.push_back(std::move(shared.field));
  }
  return docs;
}

void append(std::vector<FieldDoc>& docs, std::vector<FieldDoc> more) {
  for (FieldDoc& field : more)
    if (std::ranges::none_of(docs, [&](const FieldDoc& known) { return known.name == field.name; }))
      docs.push_back(std::move(field));
}

std::vector<FieldDoc> optional_fields(std::vector<FieldDoc> docs) {
  for (FieldDoc& field : docs) field.required = false;
  return docs;
}

}  // namespace

Schema task_schema() {
  std::vector<FieldDoc> metric = config::fields_of<MetricOptions>().docs();
  append(metric, union_of(&Provider::query));
  std::vector<FieldDoc> fields = config::fields_of<TaskOptions>().docs();
  for (FieldDoc& field : fields) {
    field.required = false;  // the older forms have none
    if (field.name == "provider") field.schema = {.type = Schema::Type::choice, .choices = provider_names()};
  }
  append(fields, union_of(&Provider::options));
  append(fields, optional_fields(config::fields_of<legacy::SpecMetricsOptions>().docs()));
  append(fields, optional_fields(config::fields_of<legacy::ResourceMetricsOptions>().docs()));
  const Schema each{.type = Schema::Type::object, .choices = {}, .inner = {}, .fields = std::move(metric)};
  fields.push_back({.name = "metrics",
                    .aliases = {},
                    .doc = "The metrics",
                    .fallback = "",
                    .required = false,
                    .schema = {.type = Schema::Type::list, .choices = {}, .inner = {each}, .fields = {}}});
  return {.type = Schema::Type::object, .choices = {}, .inner = {}, .fields = std::move(fields)};
}

}  // namespace iter8::tasks::metrics
