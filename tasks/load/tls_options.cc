#include "tasks/load/tls_options.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace iter8::tasks {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

void check_tls(const TlsOptions& tls, const Node& node, Problems& problems) {
  if (tls.cert.empty() != tls.key.empty())
    problems.error(node.position, "tls: a client certificate needs both cert and key");
}

}  // namespace

const Fields<TlsOptions>& fields_of(const TlsOptions*) {
  static const auto fields =
      Fields<TlsOptions>{}
          .optional("ca", &TlsOptions::ca, "PEM file of certificates to trust instead of the system's")
          .optional("cert", &TlsOptions::cert, "PEM file of the client certificate")
          .optional("key", &TlsOptions::key, "PEM file of its key")
          .optional("serverName", &TlsOptions::server_name, "Name for SNI and the certificate check")
          .shown_default("the host of the URL")
          .optional("insecure", &TlsOptions::insecure,
                    "Do not verify the server's certificate; recorded in the result")
          .rule(check_tls);
  return fields;
}

net::TlsSettings tls_settings_of(const TlsOptions& options, const std::filesystem::path& directory) {
  const auto path = [&](const std::string& file) {
    return file.empty() ? file : (directory / file).string();
  };
  return {.ca = path(options.ca),
          .cert = path(options.cert),
          .key = path(options.key),
          .server_name = options.server_name,
          .verification = options.insecure ? net::Verification::off : net::Verification::on};
}

void check_tls_files(const TlsOptions& tls, config::Position position, experiment::BuildContext& context) {
  const std::array<std::pair<const char*, const std::string*>, 3> files = {
      {{"ca", &tls.ca}, {"cert", &tls.cert}, {"key", &tls.key}}};
  for (const auto& [option, file] : files) {
    const auto path = context.directory / *file;
    std::error_code error;
    if (!file->empty() && !std::filesystem::is_regular_file(path, error))
      context.problems.error(position,
                             fmt::format("tls.{}: found no file {}", option, base::printable(path.string())));
  }
}

}  // namespace iter8::tasks
