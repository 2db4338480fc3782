# One compilation unit a room: most of a file's cost is in the headers and templates that its neighbours use as well, so a
# room compiles in a fraction of the time that its files take one by one. OFF compiles each file by itself.
option(ITER8_UNITY "Compile the files of a room together" ON)
set(ITER8_UNIT_FILES 12)  # at most, a unit; smaller units use more cores and are compiled again sooner

# Rooms whose files use the same private names, and so compile one by one.
set(ITER8_ROOMS_ALONE
  tests/unit/stats/evidence)

# iter8_compile_by_room(TARGET): compiles the files of each folder of TARGET in units of at most ITER8_UNIT_FILES. Files
# outside of the source tree (generated ones) stay alone. CMake's own unity build is not used, because its units name
# the files by absolute paths: a compiler cache would not recognise them in another checkout or in the image.
function(iter8_compile_by_room target)
  if(NOT ITER8_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  set(units "")
  foreach(source IN LISTS sources)
    if(IS_ABSOLUTE ${source})
      continue()
    endif()
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE place)
    if("${place}/${folder}" IN_LIST ITER8_ROOMS_ALONE)
      continue()
    endif()
    string(MAKE_C_IDENTIFIER "${target}_${folder}" room)
    math(EXPR unit "0${count_of_${room}} / ${ITER8_UNIT_FILES}")
    math(EXPR count_of_${room} "0${count_of_${room}} + 1")
    set(unit ${room}_${unit})
    list(APPEND units ${unit})
    string(APPEND text_of_${unit} "#include \"${place}/${source}\"\n")
    set_source_files_properties(${source} PROPERTIES HEADER_FILE_ONLY ON)
  endforeach()
  list(REMOVE_DUPLICATES units)
  foreach(unit IN LISTS units)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/units/${unit}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text_of_${unit}}" @ONLY)
    target_sources(${target} PRIVATE ${file})
  endforeach()
endfunction()

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
  iter8_compile_by_room(iter8_${name})
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
