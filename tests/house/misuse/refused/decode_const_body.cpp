// refused: decode works in place: pass a mutable copy of the body
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    const std::string body = "{}";
    unfriend::friend_delete_response<> response;
    return static_cast<bool>(unfriend::decode(body, response)) ? 1 : 0;
}
