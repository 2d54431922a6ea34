// One call, from request to report, without clock, socket or thread:
//
//   operation          the state machine: sign, send, wait, retry
//   step               what it asks of its driver
//   channel            what the calls of a process share
//   credentials        who calls: credentials whose UserSig was made elsewhere
//   policy             time-outs, attempts and back-off
//   pacer              keeps calls below the service's frequency limit
//   pacing             what a pacer is, for one of one's own
//   observer           what can be seen of the calls
//   retry_budget       keeps retries from amplifying an outage
//   circuit            which of the two hosts can be reached
//   workspace          the memory that a call works in
//   account_result     the outcome of one account
//   call_result        the report of a call
//   owned_call_result  the same, with texts of its own
#pragma once

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/call/channel.hpp"
#include "unfriend/call/circuit.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/observer.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/owned_call_result.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/call/policy.hpp"
#include "unfriend/call/retry_budget.hpp"
#include "unfriend/call/step.hpp"
#include "unfriend/call/workspace.hpp"
