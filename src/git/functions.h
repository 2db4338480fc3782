#pragma once

/// Every function of libgit2 that is used, for the two places that must name each: the pointer and
/// its look-up.
#define ITER8_GIT_FUNCTIONS(USE)             \
  USE(git_blob_create_from_buffer)           \
  USE(git_blob_free)                         \
  USE(git_blob_lookup)                       \
  USE(git_blob_rawcontent)                   \
  USE(git_blob_rawsize)                      \
  USE(git_buf_dispose)                       \
  USE(git_commit_create)                     \
  USE(git_commit_free)                       \
  USE(git_commit_lookup)                     \
  USE(git_commit_message)                    \
  USE(git_commit_parent_id)                  \
  USE(git_commit_parentcount)                \
  USE(git_commit_tree_id)                    \
  USE(git_credential_ssh_key_new)            \
  USE(git_credential_username_new)           \
  USE(git_credential_userpass_plaintext_new) \
  USE(git_error_last)                        \
  USE(git_libgit2_init)                      \
  USE(git_libgit2_opts)                      \
  USE(git_libgit2_shutdown)                  \
  USE(git_odb_free)                          \
  USE(git_odb_read_header)                   \
  USE(git_oid_fromstr)                       \
  USE(git_oid_tostr)                         \
  USE(git_reference_create)                  \
  USE(git_reference_free)                    \
  USE(git_remote_connect_ext)                \
  USE(git_remote_create_anonymous)           \
  USE(git_remote_default_branch)             \
  USE(git_remote_fetch)                      \
  USE(git_remote_free)                       \
  USE(git_remote_ls)                         \
  USE(git_remote_push)                       \
  USE(git_repository_free)                   \
  USE(git_repository_init)                   \
  USE(git_repository_odb)                    \
  USE(git_repository_open_bare)              \
  USE(git_signature_free)                    \
  USE(git_signature_now)                     \
  USE(git_tree_create_updated)               \
  USE(git_tree_entry_byindex)                \
  USE(git_tree_entry_byname)                 \
  USE(git_tree_entry_filemode)               \
  USE(git_tree_entry_id)                     \
  USE(git_tree_entry_name)                   \
  USE(git_tree_entrycount)                   \
  USE(git_tree_free)                         \
  USE(git_tree_lookup)
