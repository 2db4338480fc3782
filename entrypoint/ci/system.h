#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/environment.h"
#include "base/secrets.h"
#include "entrypoint/ci/inputs.h"
#include "experiment/result/result.h"

namespace iter8::ci {

/// Where a run stands at its end, for the system's own outputs.
struct Ending {
  const experiment::Result& result;   // its file relative to the root of the checkout
  std::vector<std::string> findings;  // what became of each condition: "slos: no (…)"
  std::filesystem::path result_file;  // absolute; empty when the file was refused and nothing ran
  std::filesystem::path html_file;    // the first HTML report; empty when none was asked for
  const base::Secrets& secrets;
};

struct DefaultReport {
  std::string format;
  std::filesystem::path path;
};

/// The CI system that a run finds itself in, as something that is spoken to in its own language. What is here
/// says nothing at all: a shell, or a system without a language of its own. Used from one thread.
class System {
 public:
  virtual ~System() = default;

  virtual std::string_view name() const { return "shell"; }

  virtual Inputs inputs() const = 0;

  /// The root of the checkout, to which paths in outputs and annotations are relative.
  virtual std::filesystem::path root() const { return std::filesystem::current_path(); }

  /// Reports that are written without being asked for.
  virtual std::vector<DefaultReport> default_reports() const { return {}; }

  /// What scripts and plugins get in their environment beside the rest.
  virtual void add_variables(base::Environment&) const {}

  /// Whether log and results must go to one stream, because the system takes commands from both and the order
  /// of two streams is lost.
  virtual bool needs_one_stream() const { return false; }

  /// Said before the first line that could hold a secret.
  virtual std::string greeting(const base::Secrets&) { return {}; }

  /// Around text from outside that is printed as it is. All else that a run prints has no commands in it: see
  /// base::log_line() and base::without_commands().
  virtual std::string foreign_begin() { return {}; }
  virtual std::string foreign_end() { return {}; }

  /// Around the log lines of one task; `number` tells the sections of a run apart.
  virtual std::string section_begin(std::size_t /*number*/, std::string_view /*title*/) { return {}; }
  virtual std::string section_end(std::size_t /*number*/) { return {}; }

  /// Hands the outputs over. Throws base::Error when a place that the system gave cannot be written.
  virtual void publish(const Ending&, std::ostream& /*out*/) {}
};

/// By the variables that each system promises to set; the more special one first, since a runner of GitHub or
/// GitLab may itself live in Kubernetes. Borrows the environment.
std::unique_ptr<System> detect(const base::Environment& environment);

}  // namespace iter8::ci
