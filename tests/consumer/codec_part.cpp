// The part of a program that takes the codec alone.
#include "codec_part.hpp"

#include <string_view>

#include <unfriend/unfriend.hpp>

static_assert(UNFRIEND_WITH_USER_SIG == 0, "the codec has no UserSigs");

bool codec_part::works() {
    char buffer[unfriend::friend_delete_all::max_encoded_size()];
    const auto body = unfriend::encode(unfriend::friend_delete_all_request{"alice"}, buffer);
    return body && body->find(R"("alice")") != std::string_view::npos;
}
