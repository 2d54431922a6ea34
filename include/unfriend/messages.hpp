// The codec: encodes requests and decodes responses in the caller's memory. Depends on RapidJSON only.
//
//   friend_delete       "Deleting Friends"
//   friend_delete_all   "Deleting All Friends"
//   delete_type         one-way or two-way
//   items               storage for the items of a response
//   service_code        the service's codes: kind, retry advice and meaning
#pragma once

#include "unfriend/messages/delete_type.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"
#include "unfriend/messages/items.hpp"
#include "unfriend/messages/service_code.hpp"
