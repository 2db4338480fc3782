#pragma once

#include <memory>
#include <string>

#include "experiment/result/result_document.h"
#include "tasks/evidence/event.h"
#include "tasks/notify/channel.h"
#include "workbench.h"

namespace iter8::tests {

/// Two versions, stable and candidate, and one objective that the candidate meets, misses or leaves
/// undecided.
Workbench story(experiment::Verdict verdict);

/// What is told of it, by a run of a workflow at a fixed time.
tasks::Event event_of(const Workbench& bench);

/// An event with many objectives, whose names are as long as names get.
tasks::Event long_event(std::size_t objectives);

using Maker = std::unique_ptr<tasks::notify::Channel> (*)(const tasks::notify::NotifyOptions&,
                                                          experiment::BuildContext&);

/// The channel of these options, or null; problems are the bench's.
std::unique_ptr<tasks::notify::Channel> channel_of(Workbench& bench, Maker make, const std::string& yaml);

/// The request that the channel makes of the event.
web::Request request_of(const tasks::notify::Channel& channel, const tasks::Event& event);
experiment::Json body_of(const tasks::notify::Channel& channel, const tasks::Event& event);

}  // namespace iter8::tests
