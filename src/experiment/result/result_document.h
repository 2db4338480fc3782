#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/secrets.h"
#include "experiment/result/result.h"

namespace iter8::experiment {

/// Key order of the documented schema is kept.
using Json = nlohmann::ordered_json;

/// The document's schema; the number rises only when older readers could no longer read it.
inline constexpr std::string_view kResultSchema = "iter8/result/v1";

/// The document of `result.yaml` and of `iter8 report -o json` (schema iter8/result/v1).
Json to_document(const Result& result);

/// The inverse. Throws base::Error naming the key when the document is not one of ours or of a newer schema.
Result from_document(const Json& document);

/// Masks every text of a document.
Json masked(Json document, const base::Secrets& secrets);

/// Block-style YAML that reads back as the same document.
std::string to_yaml(const Json& document);

/// Masked, and as a whole or not at all (see base::write_file_atomically).
void write_result(const std::filesystem::path& path, const Result& result, const base::Secrets& secrets);

/// Throws base::UsageError when the file is missing, too large or not a result.
Result read_result(const std::filesystem::path& path);

}  // namespace iter8::experiment
