#pragma once

#include <string_view>
#include <vector>

#include "config/template/template.h"
#include "config/template/template_syntax.h"

namespace iter8::config {

/// Every place where the template reads a field of the data itself, in the order of the text.
std::vector<TemplateField> fields_of_template(const TemplateSyntax& syntax, std::string_view text);

}  // namespace iter8::config
