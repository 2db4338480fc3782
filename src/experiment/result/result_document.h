#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/secrets.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// Keeps the order of keys, as the schema documents it.
using Json = nlohmann::ordered_json;

/// The schema of the document. Its number changes only when older readers could no longer read it.
inline constexpr std::string_view kResultSchema = "iter8/result/v1";

/// The document of `result.yaml` and of `iter8 report -o json` (schema iter8/result/v1).
Json to_document(const Result& result);

/// The inverse. Throws base::Error, naming the key, if the document is not a result or has a newer schema.
Result from_document(const Json& document);

/// The document with the secrets in all its texts masked.
Json mask_document(Json document, const base::Secrets& secrets);

/// Block-style YAML that reads back as the same document.
std::string to_yaml(const Json& document);

/// Writes the masked result, completely or not at all (see base::write_file_atomically).
void write_result(const std::filesystem::path& path, const Result& result, const base::Secrets& secrets);

/// What such a file holds. Throws base::Error if it is not a result.
Result parse_result(std::string_view content);

/// Throws base::UsageError if the file is missing, too large or not a result.
Result read_result(const std::filesystem::path& path);

}  // namespace iter8::experiment
