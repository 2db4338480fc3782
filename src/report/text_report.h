#pragma once

#include <string>

#include "experiment/result/result.h"
#include "report/text_style.h"

namespace iter8::report {

/// What follows run_summary(): everything the verdict rests on, in tables and lists.
std::string text_details(const experiment::Result& result, const TextStyle& style);

/// The whole report for people: run_summary() and text_details().
std::string text_report(const experiment::Result& result, const TextStyle& style,
                        const std::string& result_file);

}  // namespace iter8::report
