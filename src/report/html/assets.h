#pragma once

#include <string_view>

namespace iter8::report {

/// What every page carries, embedded when the program is built (cmake/embed_page.cmake): the files next to
/// this header, and the charting library. Constant texts, safe between their tags as they are.

/// page.css.
std::string_view page_style();

/// page.js: hover and zoom for the charts. The page is complete without it.
std::string_view page_script();

/// dygraphs, which page.js draws with; MIT licence, in the notice at its beginning.
std::string_view chart_library();

}  // namespace iter8::report
