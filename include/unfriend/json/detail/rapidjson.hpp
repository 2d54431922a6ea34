// RapidJSON's SAX reader. Other headers include this one instead of RapidJSON's own.
#pragma once

#include "unfriend/core/config.hpp"

// Xlib.h defines `Bool`, which is a member of RapidJSON's handlers.
#pragma push_macro("Bool")
#undef Bool
#include <rapidjson/reader.h>
#pragma pop_macro("Bool")
