# iter8_layer(NAME SOURCES a.cc ... [USES layer ...] [LIBRARIES target ...] [FAST])
# One static library a layer. USES names the iter8 layers below it and is public, because
# headers include them; LIBRARIES stop in this layer and are private. FAST is for the layers that work for each request
# or each look: the release optimises the others for size (see the preset), because the pages of the program that a run
# touches are most of the memory that it needs.
function(iter8_layer name)
  cmake_parse_arguments(LAYER "FAST" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  add_library(iter8_${name} STATIC ${LAYER_SOURCES})
  target_include_directories(iter8_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
  target_link_libraries(iter8_${name} PRIVATE iter8_warnings ${LAYER_LIBRARIES})
  if(LAYER_FAST)
    target_compile_options(iter8_${name} PRIVATE $<$<CONFIG:Release>:-O3>)
  endif()
  foreach(used IN LISTS LAYER_USES)
    target_link_libraries(iter8_${name} PUBLIC iter8_${used})
  endforeach()
endfunction()

# Warnings are errors in every preset that people and CI build with. Missing initialisers are our style: designated
# initialisers name what differs from the defaults. The sanitizer presets do not stop at
# warnings: GCC 12 follows instrumented code wrongly (null-dereference, maybe-uninitialized), and dev builds the same
# sources.
option(ITER8_WERROR "Treat warnings as errors" ON)
add_library(iter8_warnings INTERFACE)
target_compile_options(iter8_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wno-missing-field-initializers -Wnull-dereference -Wimplicit-fallthrough
  $<$<BOOL:${ITER8_WERROR}>:-Werror>)
