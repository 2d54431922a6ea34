// refused: accounts must be convertible to std::string_view
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    const std::vector<int> numbers{1, 2};
    char buffer[256];
    return unfriend::encode(unfriend::friend_delete_request{"alice", numbers}, buffer) ? 0 : 1;
}
