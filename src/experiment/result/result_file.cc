#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "config/yaml/document.h"
#include "experiment/result/result_document.h"

namespace iter8::experiment {

namespace {

/// Room for the histograms of many versions, endpoints and iterations.
constexpr std::size_t kLargestResult = std::size_t{256} * 1024 * 1024;

/// Without aliases, which results do not have, there cannot be more nodes than bytes.
config::DocumentLimits limits_of(std::string_view content) {
  return {.bytes = kLargestResult, .nodes = content.size(), .depth = 64};
}

Json json_of(const config::Node& node) {
  using Kind = config::Node::Kind;
  if (node.kind == Kind::map) {
    Json object = Json::object();
    for (const config::Node::Entry& entry : node.entries)
      object.get_ref<Json::object_t&>().emplace_back(entry.key, json_of(entry.value));
    return object;
  }
  if (node.kind == Kind::sequence) {
    Json list = Json::array();
    for (const config::Node& item : node.items) list.push_back(json_of(item));
    return list;
  }
  if (node.kind == Kind::scalar && node.quoted) return node.text;

  const config::Value value = config::to_value(node);
  if (const bool* boolean = value.boolean()) return *boolean;
  if (const std::int64_t* integer = value.integer()) return *integer;
  if (const double* real = value.real()) return *real;
  if (const std::string* text = value.text()) return *text;
  return nullptr;
}

}  // namespace

void write_result(const std::filesystem::path& path, const Result& result, const base::Secrets& secrets) {
  base::write_file_atomically(path, to_yaml(mask_document(to_document(result), secrets)));
}

Result parse_result(std::string_view content) {
  config::Problems problems("result");
  const std::optional<config::Node> root = config::parse_document(content, problems, limits_of(content));
  if (!root)
    throw base::Error(problems.all().empty() ? "expected a YAML document" : problems.all().front().message);
  return from_document(json_of(*root));
}

Result read_result(const std::filesystem::path& path) {
  const std::string shown = base::printable(path.string(), 1000);
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown) && !unknown)
    throw base::UsageError(fmt::format("no result at {}: run the experiment first (iter8 run)", shown));
  try {
    return parse_result(base::read_file(path, kLargestResult));
  } catch (const base::Error& error) {
    throw base::UsageError(fmt::format("{} is not a result of iter8: {}", shown, error.what()));
  }
}

}  // namespace iter8::experiment
