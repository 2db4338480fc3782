#pragma once

#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <sys/types.h>

#include "base/descriptor.h"
#include "web/jq_exchange.h"

namespace iter8::web {

/// The process that evaluates jq programs for this one: this program, started again with an argument that
/// serve_jq_if_asked() knows, without environment and in a process group of its own. libjq 1.6 aborts on some
/// documents, looks at no clock while it prints or compares, and takes what memory it likes: there, an abort
/// is an error and a limit is a kill. It is started when the first expression is read, serves one request
/// after the other, and is started anew after one that it did not survive.
class JqProcess {
 public:
  /// The one of this process. Thread-safe, as are its functions; threads take turns.
  static JqProcess& get();
  ~JqProcess() { end(); }
  JqProcess(const JqProcess&) = delete;
  JqProcess& operator=(const JqProcess&) = delete;

  /// Throws base::Error with what jq says about a program that it cannot compile.
  void compile(const std::string& program);
  /// The outputs of the program for the document. Throws base::Error when there are none: see JqProgram.
  std::vector<nlohmann::json> run(const std::string& program, std::string_view document,
                                  const std::stop_token& stop, const JqLimits& limits);

 private:
  JqProcess() = default;
  void compile_once(const std::string& program, const std::stop_token& stop);
  std::vector<nlohmann::json> ask(JqTask task, const std::string& program, std::string_view document,
                                  const std::stop_token& stop, const JqLimits& limits);
  void start();
  /// Kills it if it runs.
  void end();
  /// Its wait status, after it closed its socket.
  int wait();

  std::mutex mutex_;
  pid_t pid_ = 0;
  base::Descriptor socket_;
  std::unordered_set<std::string> compiled_;  // the programs that it knows
};

}  // namespace iter8::web
