#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/secrets.h"
#include "config/yaml/node.h"
#include "config/yaml/problems.h"

namespace iter8::config {

struct ReferenceSources {
  const base::Environment& environment;
  std::filesystem::path directory;  // what a relative ${file:path} is relative to
};

/// A ${NAME}, ${NAME:-default} or ${file:path} in a text.
struct Reference {
  std::size_t offset = 0;
  std::string name;  // NAME or file:path
};

/// All of them that expand_references() could ever look up, those in defaults included; of one that is wrong,
/// what stands there.
std::vector<Reference> references_in(std::string_view text);

/// Replaces ${NAME}, ${NAME:-default}, where the default may hold references too, ${file:/path} and $$ in
/// every scalar below `node`, in place; `$NAME`, a lone `$`, keys and what stands inside {{ }} stay as they
/// are. An undefined variable, an unreadable file or an unclosed ${ is a problem at its own column. A scalar
/// that was a plain ${NAME} stays plain, so that `qps: ${QPS}` is a number. A value goes to `secrets` when
/// its variable or one of the keys above it names a secret; text written in the file itself does when its
/// own key surely holds one (token, password, authorization, …); so do files where CI systems keep secrets,
/// and user and password of every URL. Scalars below a key named `run` are left to the shell. A file's
/// trailing newlines are not part of the value.
void expand_references(Node& node, const ReferenceSources& sources, base::Secrets& secrets,
                       Problems& problems);

}  // namespace iter8::config
