#pragma once

#include <filesystem>
#include <string>

#include "config/options/fields.h"
#include "experiment/catalog.h"
#include "net/tls.h"

namespace iter8::tasks {

/// How the connections of a load are secured: `tls` as it stands in the file.
struct TlsOptions {
  std::string ca;
  std::string cert;
  std::string key;
  std::string server_name;
  bool insecure = false;
};

const config::Fields<TlsOptions>& fields_of(const TlsOptions*);

/// With the paths of files relative to `directory`.
net::TlsSettings tls_settings_of(const TlsOptions& options, const std::filesystem::path& directory);

/// Reports files that do not exist.
void check_tls_files(const TlsOptions& options, config::Position position, experiment::BuildContext& context);

}  // namespace iter8::tasks
