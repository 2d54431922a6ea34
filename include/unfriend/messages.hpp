// The codec: requests encoded and responses decoded in the caller's memory. Needs RapidJSON alone.
//
//   friend_delete       "Deleting Friends"
//   friend_delete_all   "Deleting All Friends"
//   delete_type         one-way or two-way
//   items               where the items of a response are stored
//   service_code        the service's own codes: kind, advice and meaning
#pragma once

#include "unfriend/messages/delete_type.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"
#include "unfriend/messages/items.hpp"
#include "unfriend/messages/service_code.hpp"
