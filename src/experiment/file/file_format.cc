#include "experiment/file/file_format.h"

namespace iter8::experiment {

using config::Fields;

namespace {

std::optional<std::string> not_negative(const base::Duration& value) {
  if (value.count() >= 0) return std::nullopt;
  return "must not be negative";
}

}  // namespace

const Fields<FileOptions>& file_fields() {
  static const auto fields =
      Fields<FileOptions>{}
          .optional("name", &FileOptions::name, "What the experiment is called in reports")
          .optional(
              "secrets", &FileOptions::secrets,
              "Names of variables whose values are masked everywhere, besides those that look like secrets")
          .optional("versions", &FileOptions::versions,
                    "Versions of the application; the first is the baseline. Every key is a value that "
                    "templates can use")
          .optional("setup", &FileOptions::setup, "Tasks that run once, first")
          .optional("loop", &FileOptions::loop, "How many times `tasks` run; once when absent")
          .optional("tasks", &FileOptions::tasks, "Tasks of each iteration")
          .optional("spec", &FileOptions::spec, "Older name of `tasks`")
          .optional("finally", &FileOptions::finally,
                    "Tasks that run once at the end: after success, a failure or a signal")
          .optional("metadata", &FileOptions::metadata, "Of older files, which have their name here")
          .optional("result", &FileOptions::result, "Of older files, which held their own result; ignored");
  return fields;
}

const Fields<MetadataOptions>& metadata_fields() {
  static const auto fields =
      Fields<MetadataOptions>{}
          .optional("name", &MetadataOptions::name, "Name of the experiment")
          .optional("namespace", &MetadataOptions::kubernetes_namespace, "Kubernetes namespace; ignored");
  return fields;
}

const Fields<LoopOptions>& loop_fields() {
  static const auto fields = Fields<LoopOptions>{}
                                 .optional("iterations", &LoopOptions::iterations,
                                           "How many times `tasks` run at most", config::within(1, 1'000'000))
                                 .optional("interval", &LoopOptions::interval,
                                           "From the start of one iteration to the start of the next",
                                           config::Check<base::Duration>(not_negative))
                                 .optional("until", &LoopOptions::until,
                                           "Condition that ends the loop, evaluated after each iteration");
  return fields;
}

const Fields<StepOptions>& step_fields() {
  static const auto fields =
      Fields<StepOptions>{}
          .optional("task", &StepOptions::task, "Name of the task")
          .optional("run", &StepOptions::run, "A shell script, instead of a task")
          .optional("if", &StepOptions::condition, "Condition; the task is skipped when it is false")
          .optional("with", &StepOptions::with, "Options of the task")
          .optional("name", &StepOptions::name, "What this step is called in reports")
          .optional("timeout", &StepOptions::timeout,
                    "Time limit of one attempt; the task fails when it is exceeded",
                    config::if_given(config::longer_than_zero()))
          .optional("continueOnError", &StepOptions::continue_on_error,
                    "Continue with the next task, and do not fail the run, when the task fails")
          .optional("retries", &StepOptions::retries, "Further attempts after a failed one",
                    config::within(0, 1000));
  return fields;
}

}  // namespace iter8::experiment
