#pragma once

#include <string>

#include "report/tables.h"
#include "report/text_style.h"

namespace iter8::report {

/// A table of a report for a terminal or log, under its title; empty without rows. Where it is too wide, the
/// columns that it names are left out in their order, and one with a column a version comes in parts, each
/// with the first column.
std::string table_text(const Table& table, const TextStyle& style);

}  // namespace iter8::report
