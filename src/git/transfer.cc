#include "git/transfer.h"

#include <fmt/format.h>

#include "base/text.h"
#include "git/session.h"
#include "git/subprocess.h"

namespace iter8::git {

namespace {

constexpr std::string_view kBranches = "refs/heads/";

/// For messages: without user and password.
std::string without_credentials(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t at = url.find('@');
  if (scheme == std::string::npos || at == std::string::npos || !url.starts_with("http"))
    return base::printable(url);
  return base::printable(url.substr(0, scheme + 3) + url.substr(at + 1));
}

RemoteRefs list_remote(Session& session, const std::string& what) {
  const Library& git = Library::get();
  git_remote_connect_options options = GIT_REMOTE_CONNECT_OPTIONS_INIT;
  options.callbacks = session.callbacks();
  options.proxy_opts.type = GIT_PROXY_AUTO;
  options.follow_redirects = session.redirects();
  session.check(git.git_remote_connect_ext(session.remote(), GIT_DIRECTION_FETCH, &options), what);
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  session.check(git.git_remote_ls(&heads, &count, session.remote()), what);
  RemoteRefs result;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = heads[i]->name;
    if (name.starts_with(kBranches)) result.branches[name.substr(kBranches.size())] = hex_of(heads[i]->oid);
  }
  git_buf head = GIT_BUF_INIT;
  if (git.git_remote_default_branch(&head, session.remote()) == 0 &&
      std::string_view(head.ptr).starts_with(kBranches))
    result.head_branch = std::string_view(head.ptr).substr(kBranches.size());
  git.git_buf_dispose(&head);
  return result;
}

/// Branch names hold neither spaces nor line breaks (git-check-ref-format).
std::string serialize(const RemoteRefs& refs) {
  std::string text = refs.head_branch + "\n";
  for (const auto& [branch, commit] : refs.branches) text += fmt::format("{} {}\n", commit, branch);
  return text;
}

RemoteRefs parse(const std::string& text) {
  const std::vector<std::string> lines = base::split(text, '\n');
  RemoteRefs refs{.head_branch = lines.front(), .branches = {}};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t space = lines[i].find(' ');
    if (space != std::string::npos) refs.branches[lines[i].substr(space + 1)] = lines[i].substr(0, space);
  }
  return refs;
}

/// Runs in the child process.
std::string fetch_here(const Remote& remote, const std::filesystem::path& folder,
                       const std::vector<std::string>& branches, const std::string& what) {
  const Library& git = Library::get();
  Session session(remote, folder, folder / "home");
  RemoteRefs refs = list_remote(session, what);
  std::vector<std::string> specs;
  for (const std::string& wanted : branches) {
    const std::string branch = wanted.empty() ? refs.head_branch : wanted;
    if (refs.branches.contains(branch))
      specs.push_back(fmt::format("+refs/heads/{0}:refs/heads/{0}", branch));
  }
  if (specs.empty()) return serialize(refs);
  std::vector<char*> pointers;
  pointers.reserve(specs.size());
  for (std::string& spec : specs) pointers.push_back(spec.data());
  const git_strarray list{pointers.data(), pointers.size()};
  git_fetch_options options = GIT_FETCH_OPTIONS_INIT;
  options.callbacks = session.callbacks();
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  options.update_fetchhead = 0;
  options.proxy_opts.type = GIT_PROXY_AUTO;
  options.follow_redirects = session.redirects();
  session.check(git.git_remote_fetch(session.remote(), &list, &options, nullptr), what);
  return serialize(refs);
}

std::string push_here(const Remote& remote, const std::filesystem::path& folder, std::string refspec,
                      const std::string& expected, const std::string& what) {
  const Library& git = Library::get();
  Session session(remote, folder, folder / "home");
  git_push_options options = GIT_PUSH_OPTIONS_INIT;
  options.callbacks = session.callbacks_of_push(expected);
  options.proxy_opts.type = GIT_PROXY_AUTO;
  options.follow_redirects = session.redirects();
  char* pointer = refspec.data();
  const git_strarray list{&pointer, 1};
  const int code = git.git_remote_push(session.remote(), &list, &options);
  if (session.has_moved()) return "moved";
  session.check(code, what);
  return "done";
}

}  // namespace

RemoteRefs fetch(const Remote& remote, const std::filesystem::path& folder,
                 const std::vector<std::string>& branches, const TransferLimits& limits) {
  const std::string what = "fetch from " + without_credentials(remote.url);
  return parse(run_in_subprocess([&] { return fetch_here(remote, folder, branches, what); }, what,
                                 limits.time, limits.stop));
}

Push push(const Remote& remote, const std::filesystem::path& folder, const std::string& reference,
          const std::string& branch, const std::optional<std::string>& expected,
          const TransferLimits& limits) {
  const std::string what =
      fmt::format("push {} to {}", base::printable(branch), without_credentials(remote.url));
  const std::string refspec = fmt::format("+{}:{}{}", reference, kBranches, branch);
  const std::string old = expected.value_or(std::string(GIT_OID_HEXSZ, '0'));
  const std::string end = run_in_subprocess([&] { return push_here(remote, folder, refspec, old, what); },
                                            what, limits.time, limits.stop);
  return end == "moved" ? Push::moved : Push::done;
}

}  // namespace iter8::git
