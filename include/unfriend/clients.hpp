// Drivers of calls, one for each way in which a program waits:
//
//   client             threads that may block
//   async_client       an event loop: many calls in flight, a callback for each
//   pending_call       a game loop: one call, polled each tick
//   coroutine_client   C++20 coroutines
//   bulk               any number of pairs, streamed
//   bulk_options       the settings of a bulk job, and why it stops
//   bulk_report        what it reports
//   pair_source        where its pairs come from
//
// Each keeps the channel, which the calls share, by reference, and the transport by value, as the standard library
// keeps callables: a lambda or a pointer can be a temporary. `std::ref(transport)` shares one that has a state or that
// cannot be copied; it must outlive the client then, as the channel must.
#pragma once

#include "unfriend/clients/async_client.hpp"
#include "unfriend/clients/bulk.hpp"
#include "unfriend/clients/bulk_options.hpp"
#include "unfriend/clients/bulk_report.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/clients/coroutine_client.hpp"
#include "unfriend/clients/pair_source.hpp"
#include "unfriend/clients/pending_call.hpp"
