#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace iter8::entrypoint {

/// What `iter8 load` was asked for, as given on its command line; empty = not given.
struct LoadRequest {
  std::vector<std::string> urls;  // one, or the baseline's and the candidate's
  std::string against;            // the baseline's; urls then has the candidate's alone
  std::string requests;
  std::string duration;
  std::string rate;  // "max" or 0 = as fast as the connections allow
  std::string connections;
  std::string method;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;                  // text, or @FILE
  bool has_body = false;
  std::string timeout;
  bool http2 = false;
  bool insecure = false;
  std::string ca_file;
  std::vector<std::string> objectives;
};

/// An experiment file composed of options.
struct LoadDocument {
  std::string text;
  std::vector<std::string> options;  // by line, from 0: the option that the line comes from; empty = none
  std::vector<std::string> notes;    // what was made of an argument, for people

  /// The option behind a line of the text, counted from 1; empty if there is none.
  std::string option_at(int line) const;
};

/// The experiment that the request stands for: one http task and one assess task, commented, to be edited by
/// hand. Files are named relative to `directory`, where the document is going to be. Texts are taken as in
/// experiment files: ${NAME} is a variable and {{ }} a template. Throws base::UsageError for values that
/// cannot be right; what else may be wrong is found when the document is loaded.
LoadDocument compose_load(const LoadRequest& request, const std::filesystem::path& directory);

/// Whether a word of the command line is meant as a URL rather than a command or file: it has a scheme, or
/// begins like a host with a port, a path or a dot.
bool looks_like_url(const std::string& word);

}  // namespace iter8::entrypoint
