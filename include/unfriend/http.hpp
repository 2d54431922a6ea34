// Where requests go, and what carries them:
//
//   endpoint      the service's regions with their backup hosts, or a host of the caller's
//   url           the URL of a call
//   transport     what a transport is: any callable that sends a request and returns a response
//   retry_after   how long a server asks to wait
//   completion    how a transport that finishes later reports its response
#pragma once

#include "unfriend/http/completion.hpp"
#include "unfriend/http/endpoint.hpp"
#include "unfriend/http/retry_after.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/http/url.hpp"
