// The layer that all others stand on:
//
//   config       the version, and what a program may switch off
//   errc         every failure of ours, with its sentence
//   error        a failure as a value: an `errc` or a transport's own `std::error_code`
//   result       a value, or the error that says why there is none
//   text         how the library reads a caller's string types
//   char_span    where the library writes
//   limits       the bounds of encoding and decoding
//   clock        the time, which the caller passes in
//   random       the default source of random numbers
#pragma once

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/errc.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/random.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/core/text.hpp"
