// The codec alone: a request encoded, a response decoded.
#include <cstddef>

#include <unfriend/messages.hpp>

int main(int argc, char** argv) {
    char buffer[unfriend::friend_delete::max_encoded_size(2)];
    const auto body = unfriend::encode(unfriend::friend_delete_request{argv[0], {"bob", "carol"}}, buffer);
    if (!body) return argc;
    unfriend::friend_delete_response<unfriend::inline_items<2>> response;
    if (unfriend::decode({buffer, body->size()}, response)) return 1;
    return response.ok() ? 0 : 1;
}
