#include "experiment/file/trust.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/confinement.h"
#include "base/origin.h"
#include "base/text.h"
#include "config/yaml/env_reference.h"

namespace iter8::experiment {

namespace {

using config::Node;

/// Options that are paths of files or folders, in whatever task, as comparable() gives them.
/// tests/faults/untrusted_test.py looks for options that are missing here.
constexpr std::array<std::string_view, 17> kPaths = {
    "binaryfile",  "ca",      "cacert",      "cafile",     "cert",        "contentfile",
    "datafile",    "history", "importpaths", "knownhosts", "messagefile", "metadatafile",
    "payloadfile", "proto",   "protoset",    "rows",       "trace"};

/// Older spellings have hyphens where newer ones have capitals.
std::string comparable(std::string_view key) {
  return base::replace_all(base::lower(key), "-", "");
}

bool is_path_key(std::string_view key) {
  return std::ranges::find(kPaths, comparable(key)) != kPaths.end();
}

/// Options that are URLs, or hosts with a port. A header may be called host as well.
bool is_url_key(std::string_view key, std::string_view parent_key) {
  const std::string lower = base::lower(key);
  const bool is_host = key == "host" && parent_key != "headers" && parent_key != "metadata";
  return is_host || lower.ends_with("url") || lower == "connectto" || lower == "proxy" || lower == "remote";
}

bool is_known_later(std::string_view text) {
  return text.find("{{") != std::string_view::npos || text.find("${") != std::string_view::npos;
}

bool is_json_object(std::string_view text) {
  const std::string_view trimmed = base::trim(text);
  return trimmed.starts_with('{') && !trimmed.starts_with("{{");
}

/// Whether `path` is `folder` or below it, both without links and dots.
bool is_within(const std::filesystem::path& folder, const std::filesystem::path& path) {
  const auto [end, other] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  static_cast<void>(other);
  return end == folder.end() || (end->empty() && std::next(end) == folder.end());  // "folder/"
}

bool stays_inside(const std::filesystem::path& workspace, const std::filesystem::path& path) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
  if (error) return false;
  const auto top = std::filesystem::weakly_canonical(workspace, error);
  if (error || !is_within(top, real)) return false;
  // A link that is still there leads to what does not exist yet, and could be written to.
  for (std::filesystem::path place = real; place != place.parent_path(); place = place.parent_path())
    if (std::filesystem::is_symlink(place, error)) return false;
  return true;
}

/// One walk over a document.
class TrustCheck {
 public:
  TrustCheck(const TrustRules& rules, const base::HostPolicy& hosts, const Catalog& catalog,
             const std::filesystem::path& directory, config::Problems& problems)
      : rules_(rules), hosts_(hosts), catalog_(catalog), directory_(directory), problems_(problems) {}

  void check_document(const Node& document) {
    check_sections(document);
    if (rules_.trust == Trust::none || !hosts_.is_open()) visit(document, {}, {});
  }

 private:
  void check_sections(const Node& document) {
    if (rules_.trust == Trust::full) return;
    check_steps(document);
    for (const std::string_view section : {"setup", "tasks", "finally", "spec"}) {
      const Node* list = document.find(section);
      if (list == nullptr) continue;
      check_steps(*list);
      if (const Node* inner = list->find("tasks")) check_steps(*inner);
    }
  }

  void check_steps(const Node& list) {
    if (list.kind != Node::Kind::sequence) return;
    for (const Node& entry : list.items) {
      if (entry.find("run") != nullptr)
        check_privilege("run", catalog_.script.privilege, *entry.find("run"), entry.position);
      const Node* task = entry.find("task");
      if (task == nullptr || task->kind != Node::Kind::scalar) continue;
      const TaskKind* kind = catalog_.find(task->text);
      if (kind != nullptr)
        check_privilege(task->text, kind->privilege, *task, task->position);
      else if (task->text.starts_with("x-"))
        check_privilege("plugin " + task->text, Privilege::program, *task, task->position);
    }
  }

  void check_privilege(const std::string& what, Privilege privilege, const Node& node,
                       config::Position position) {
    if (node.is_override) return;
    const bool is_refused =
        privilege == Privilege::promotion || (privilege == Privilege::program && rules_.trust == Trust::none);
    if (is_refused)
      problems_.error(position, fmt::format("'{}' is refused{}", base::printable(what), because()));
  }

  void visit(const Node& node, std::string_view key, std::string_view parent_key) {
    if (node.kind == Node::Kind::scalar) return visit_scalar(node, key, parent_key);
    for (const Node& item : node.items) visit(item, key, parent_key);
    const Node* provider = node.find("provider");
    const bool reads_files =
        provider != nullptr && (provider->text == "file" || is_known_later(provider->text));
    const bool has_certificate = key == "tls" || node.find("cert") != nullptr;
    for (const Node::Entry& entry : node.entries) {
      const bool is_path = (entry.key == "path" && reads_files) || (entry.key == "key" && has_certificate);
      if (is_path && entry.value.kind == Node::Kind::scalar) check_path(entry.value);
      visit(entry.value, entry.key, key);
    }
  }

  void visit_scalar(const Node& node, std::string_view key, std::string_view parent_key) {
    if (node.is_override) return;
    check_references(node);
    const bool is_credentials = key == "credentials" && !is_json_object(node.text);
    const bool is_list_of_files =
        parent_key == "templates" || parent_key == "providers" || key == "resources";
    const bool is_listed_path = is_list_of_files && node.text.find("://") == std::string::npos;
    if (is_path_key(key) || is_credentials || is_listed_path)
      check_path(node);
    else if (is_list_of_files && node.text.starts_with("file://"))
      check_path_text(node, node.text.substr(std::string_view("file://").size()));
    const bool is_url = is_url_key(key, parent_key);
    if (is_url || node.text.starts_with("http://") || node.text.starts_with("https://"))
      check_host(node, is_url || is_list_of_files);
  }

  void check_references(const Node& node) {
    if (rules_.trust != Trust::none) return;
    for (const config::Reference& reference : config::references_in(node.text)) {
      if (std::ranges::find(rules_.references, reference.name) != rules_.references.end()) continue;
      problems_.error(
          config::position_in(node.text_position, node.text, reference.offset),
          fmt::format("${{{}}} is refused{}; the pipeline can allow it with ITER8_ALLOW_REFERENCES",
                      base::printable(reference.name, 200), because()));
    }
  }

  void check_path(const Node& node) { check_path_text(node, node.text); }

  void check_path_text(const Node& node, const std::string& text) {
    if (rules_.trust != Trust::none || node.is_override || text.empty()) return;
    if (is_known_later(text))
      problems_.error(node.position, "a path that is known only later is refused" + because());
    else if (std::filesystem::path(text).is_absolute())
      problems_.error(node.position,
                      fmt::format("the absolute path '{}' is refused{}", base::printable(text), because()));
    else if (!stays_inside(rules_.workspace, directory_ / text))
      problems_.error(node.position,
                      fmt::format("the path '{}' leads out of the workspace; this is refused{}",
                                  base::printable(text), because()));
  }

  /// A URL of a host that cannot be allowed. Texts that merely look like one are somebody else's business.
  void check_host(const Node& node, bool is_connected_to) {
    if (!is_connected_to || hosts_.is_open() || is_known_later(node.text)) return;
    if (node.text.starts_with("unix:") || node.text.starts_with("https+unix:"))
      return problems_.error(node.position, "ITER8_ALLOW_HOSTS does not allow unix sockets");
    auto place = base::origin_of(node.text);
    for (const std::string_view scheme : {"ws", "grpc"})  // with or without an s at its end
      if (!place && node.text.starts_with(scheme))
        place = base::origin_of("http" + node.text.substr(scheme.size()));
    if (!place && node.text.find("://") == std::string::npos) place = base::origin_of("http://" + node.text);
    if (place && !hosts_.may_allow(place->host, place->port))
      problems_.error(node.position, base::HostPolicy::refusal(place->host, place->port));
  }

  std::string because() const {
    return rules_.reason.empty() ? "" : ": the file comes from " + rules_.reason;
  }

  const TrustRules& rules_;
  const base::HostPolicy& hosts_;
  const Catalog& catalog_;
  const std::filesystem::path& directory_;
  config::Problems& problems_;
};

}  // namespace

void check_trust(const config::Node& document, const TrustRules& rules, const base::HostPolicy& hosts,
                 const Catalog& catalog, const std::filesystem::path& directory, config::Problems& problems) {
  TrustCheck(rules, hosts, catalog, directory, problems).check_document(document);
}

std::vector<std::string> walls_of(const TrustRules& rules, const base::Environment& environment,
                                  const std::filesystem::path& directory) {
  std::vector<std::string> walls;
  if (rules.trust == Trust::none)
    walls.emplace_back("untrusted file: no programs, changes, secrets or outside paths");
  if (rules.trust == Trust::no_promotion) walls.emplace_back("no promotion");
  if (!base::HostPolicy::of(environment).is_open()) walls.emplace_back("allowed hosts only");
  for (const char* name :
       {"ITER8_MAX_QPS", "ITER8_MAX_REQUESTS", "ITER8_MAX_CONNECTIONS", "ITER8_MAX_DURATION"})
    if (environment.has(name)) walls.push_back(fmt::format("{}={}", name, *environment.get(name)));
  if (!base::Confinement::of(environment, directory)) return walls;
  const base::KernelWalls kernel = base::kernel_walls();
  walls.push_back(kernel.landlock > 0 ? fmt::format("programs confined by Landlock {}", kernel.landlock)
                                      : "programs not confined: this kernel has no Landlock");
  if (kernel.seccomp) walls.emplace_back("programs filtered by seccomp");
  return walls;
}

bool is_within_reach(const std::filesystem::path& file, const TrustRules& rules) {
  return rules.trust != Trust::none || stays_inside(rules.workspace, file);
}

}  // namespace iter8::experiment
