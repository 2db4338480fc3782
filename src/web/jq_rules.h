#pragma once

#include <string_view>

namespace iter8::web {

/// Throws base::Error, with line and column within the expression, for a jq expression that asks for
/// something outside of the document: other files (`import`), more documents (`input`), the environment
/// (`$ENV`), a terminal (`debug`) or the end of the program (`halt`). None of it is there where expressions
/// are evaluated; this says so before anything runs. Keys and variables of these names are allowed. Any text
/// can be given: whether it is jq at all is for jq to say.
void refuse_outside_access(std::string_view expression);

}  // namespace iter8::web
