#include "tasks/pull-request/options.h"

namespace iter8::tasks::pull_request {

namespace {

using config::Fields;
using config::Node;
using config::Problems;

void check_edit(const EditOptions& edit, const Node& node, Problems& problems) {
  const bool changes_values =
      !edit.set.empty() || !edit.replace.empty() || edit.kustomize.has_value() || edit.helm.has_value();
  const int wholes = edit.content.has_value() + edit.content_file.has_value();
  if (wholes + static_cast<int>(changes_values) == 1) return;
  problems.error(node.position,
                 wholes + static_cast<int>(changes_values) == 0
                     ? "an edit without a change; expected one of set, replace, content, "
                       "contentFile, kustomize, helm"
                     : "an edit either sets the whole file (content or contentFile) or changes parts "
                       "of it; expected one of them");
}

void check_kustomize(const KustomizeOptions& image, const Node& node, Problems& problems) {
  if (!image.new_tag && !image.new_name && !image.digest)
    problems.error(node.position, "kustomize: expected newTag, newName or digest");
}

void check_helm(const HelmOptions& image, const Node& node, Problems& problems) {
  if (!image.tag && !image.repository && !image.digest)
    problems.error(node.position, "helm: expected tag, repository or digest");
}

void check_together(const PullRequestOptions& options, const Node& node, Problems& problems) {
  const auto position_of = [&](const char* key) {
    const Node* value = node.find(key);
    return value ? value->position : node.position;
  };
  if (options.edits.empty())
    problems.error(position_of("edits"), "edits is empty; nothing would be promoted");
  if (options.merge && options.auto_merge)
    problems.error(position_of("autoMerge"), "both merge and autoMerge; expected one of them");
  if (options.merge && options.draft)
    problems.error(position_of("draft"), "a draft cannot be merged; expected draft or merge");
  if (options.via == Via::api && (options.remote || !options.ssh.key.empty()))
    problems.error(position_of(options.remote ? "remote" : "ssh"), "works with via: git only");
}

/// A long table in three parts, in the order in which `iter8 tasks pull-request` lists the options.
void add_change_fields(Fields<PullRequestOptions>& fields) {
  fields
      .optional("repository", &PullRequestOptions::repository,
                "owner/name of the repository that is changed; group/…/name on GitLab")
      .shown_default("the repository of the CI job")
      .required("edits", &PullRequestOptions::edits, "What is changed: a list of edits, each of one file")
      .optional("via", &PullRequestOptions::via, "How the commit is made: through the API, or with git")
      .optional("base", &PullRequestOptions::base, "Branch to change")
      .shown_default("the default branch")
      .optional("branch", &PullRequestOptions::branch, "Branch with the change; it belongs to this task")
      .shown_default("iter8/ and the experiment's name")
      .optional("rollback", &PullRequestOptions::rollback,
                "Reverse the pull request of `branch` that was merged last, in a branch of its own");
}

void add_request_fields(Fields<PullRequestOptions>& fields) {
  fields.optional("title", &PullRequestOptions::title, "Title of the pull request and the commit")
      .shown_default("Promote VERSION (EXPERIMENT)")
      .optional("body", &PullRequestOptions::body, "Body of the pull request")
      .shown_default("the evidence: verdict, objectives, winner, link to the run")
      .optional("labels", &PullRequestOptions::labels, "Labels to add")
      .optional("assignees", &PullRequestOptions::assignees, "People to assign")
      .optional("reviewers", &PullRequestOptions::reviewers, "People to ask for a review")
      .optional("teamReviewers", &PullRequestOptions::team_reviewers, "Teams to ask for a review")
      .optional("draft", &PullRequestOptions::draft, "Open it as a draft")
      .optional("autoMerge", &PullRequestOptions::auto_merge, "Have the server merge it when its checks pass")
      .optional("merge", &PullRequestOptions::merge, "Merge it at once")
      .optional("method", &PullRequestOptions::method, "How it is merged");
}

void add_git_fields(Fields<PullRequestOptions>& fields) {
  fields.optional("author", &PullRequestOptions::author, "Author of the commit")
      .shown_default("whom the token belongs to; with via: git, iter8 <iter8@localhost>")
      .optional("signOff", &PullRequestOptions::sign_off, "Add a Signed-off-by line to the commit")
      .optional("remote", &PullRequestOptions::remote,
                "URL to fetch from and push to with via: git: https or ssh")
      .shown_default("the repository on the server, over https")
      .optional("username", &PullRequestOptions::username, "User of the token when pushing over https")
      .shown_default("x-access-token, oauth2 or gitlab-ci-token")
      .optional("ssh", &PullRequestOptions::ssh, "How to push over ssh")
      .part(&PullRequestOptions::forge, config::fields_of<ForgeOptions>())
      .rule(check_together);
}

}  // namespace

const Fields<ReplaceOptions>& fields_of(const ReplaceOptions*) {
  static const auto fields =
      Fields<ReplaceOptions>{}
          .required("pattern", &ReplaceOptions::pattern,
                    "Regular expression (RE2 syntax) that matches the old and the new text")
          .required("with", &ReplaceOptions::with, "What each match becomes; $1 and ${name} are groups");
  return fields;
}

const Fields<KustomizeOptions>& fields_of(const KustomizeOptions*) {
  static const auto fields =
      Fields<KustomizeOptions>{}
          .required("image", &KustomizeOptions::image, "`name` of the entry of images", config::not_empty())
          .optional("newTag", &KustomizeOptions::new_tag, "The tag to use")
          .optional("newName", &KustomizeOptions::new_name, "The image to use instead")
          .optional("digest", &KustomizeOptions::digest, "The digest to use")
          .rule(check_kustomize);
  return fields;
}

const Fields<HelmOptions>& fields_of(const HelmOptions*) {
  static const auto fields = Fields<HelmOptions>{}
                                 .optional("at", &HelmOptions::at, "Path of the image in the values file")
                                 .shown_default(".image")
                                 .optional("tag", &HelmOptions::tag, "The image's tag")
                                 .optional("repository", &HelmOptions::repository, "The image's repository")
                                 .optional("digest", &HelmOptions::digest, "The image's digest")
                                 .rule(check_helm);
  return fields;
}

const Fields<EditOptions>& fields_of(const EditOptions*) {
  static const auto fields =
      Fields<EditOptions>{}
          .required("file", &EditOptions::file, "Path of the file in the repository")
          .optional("repository", &EditOptions::repository, "Another repository than the task's")
          .optional("set", &EditOptions::set,
                    "Values of a YAML or JSON file, by path (.image.tag) or JSON pointer (/image/tag)")
          .optional("document", &EditOptions::document, "Number of the YAML document, from 0",
                    config::if_given(config::at_least(0)))
          .shown_default("the one that has the path")
          .optional("replace", &EditOptions::replace, "Patterns to replace, a list of {pattern, with}")
          .optional("content", &EditOptions::content, "The whole file; one that is missing is made")
          .optional("contentFile", &EditOptions::content_file,
                    "A file beside the experiment whose content the file gets")
          .optional("kustomize", &EditOptions::kustomize, "An image of a kustomization.yaml")
          .optional("helm", &EditOptions::helm, "The image of a Helm values file")
          .rule(check_edit);
  return fields;
}

const Fields<AuthorOptions>& fields_of(const AuthorOptions*) {
  static const auto fields =
      Fields<AuthorOptions>{}
          .required("name", &AuthorOptions::name, "Name of the author", config::not_empty())
          .required("email", &AuthorOptions::email, "Address of the author", config::not_empty());
  return fields;
}

const Fields<SshOptions>& fields_of(const SshOptions*) {
  static const auto fields =
      Fields<SshOptions>{}
          .optional("key", &SshOptions::key,
                    "The private key itself (${DEPLOY_KEY}), or the path of its file")
          .optional("passphrase", &SshOptions::passphrase, "Passphrase of the key")
          .optional("knownHosts", &SshOptions::known_hosts, "Lines of a known_hosts file, or the path of one")
          .shown_default("~/.ssh/known_hosts");
  return fields;
}

const Fields<PullRequestOptions>& fields_of(const PullRequestOptions*) {
  static const auto fields = [] {
    Fields<PullRequestOptions> made;
    add_change_fields(made);
    add_request_fields(made);
    add_git_fields(made);
    return made;
  }();
  return fields;
}

std::vector<const LocatedTemplate*> templates_of(const PullRequestOptions& options) {
  std::vector<const LocatedTemplate*> all;
  const auto add = [&](const std::optional<LocatedTemplate>& text) {
    if (text) all.push_back(&*text);
  };
  for (const auto* text :
       {&options.repository, &options.base, &options.branch, &options.title, &options.body, &options.remote})
    add(*text);
  for (const EditOptions& edit : options.edits) {
    all.push_back(&edit.file);
    add(edit.repository);
    add(edit.content);
    for (const auto& [path, value] : edit.set) all.push_back(&value);
    for (const ReplaceOptions& replace : edit.replace) all.push_back(&replace.with);
    if (edit.kustomize)
      for (const auto* text : {&edit.kustomize->new_tag, &edit.kustomize->new_name, &edit.kustomize->digest})
        add(*text);
    if (edit.helm)
      for (const auto* text : {&edit.helm->tag, &edit.helm->repository, &edit.helm->digest}) add(*text);
  }
  return all;
}

}  // namespace iter8::tasks::pull_request
