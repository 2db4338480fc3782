#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "experiment/catalog.h"
#include "forge/account.h"
#include "git/transfer.h"
#include "tasks/pull-request/options.h"
#include "tasks/pull-request/promotion.h"

namespace iter8::tasks::pull_request {

/// The edits of one repository.
struct RepositoryEdits {
  std::string repository;
  std::vector<const EditOptions*> edits;
};

/// The edits by repository, in the order of the file; `own` is the repository of edits that name none when
/// the task names none either. Throws base::Error when there is no name.
std::vector<RepositoryEdits> by_repository(const PullRequestOptions& options, const config::Value& data,
                                           const std::string& own);

/// What a promotion says besides its edits.
struct PromotionWords {
  std::string evidence;  // the body where the options give none
  std::string headline;
  std::string verdict;
};

/// Reports what is wrong with the places that the file names without a template: a branch that is the base, a
/// remote that is neither of https nor of ssh, or that is not for the token of the environment.
void check_places(const PullRequestOptions& options, const forge::Account& account,
                  experiment::BuildContext& context);

/// Renders everything. Throws base::Error for what cannot be rendered and for branch names that git does
/// not accept.
Promotion promotion_of(const PullRequestOptions& options, const std::vector<const EditOptions*>& edits,
                       const config::Value& data, const PromotionWords& words,
                       const std::filesystem::path& directory);

/// Whether `key` of `ssh` is the private key itself, and not the path of its file.
bool is_key(const std::string& key);

/// Where `via: git` fetches from and pushes to, and with which credentials.
git::Remote remote_of(const PullRequestOptions& options, const forge::Account& account,
                      const std::string& repository, const base::Environment& environment,
                      const config::Value& data, const std::filesystem::path& directory);

}  // namespace iter8::tasks::pull_request
