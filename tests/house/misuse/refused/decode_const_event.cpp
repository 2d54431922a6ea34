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
    unfriend::webhook::event<> event;
    return static_cast<bool>(unfriend::webhook::decode(body, event)) ? 1 : 0;
}
