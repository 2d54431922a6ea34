// standard: c++20
#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include <unfriend/unfriend.hpp>

/// A view like `std::views::filter`: cheap to copy, and its `begin` is not `const`.
struct caching_view {
    const std::vector<std::string>* names;

    auto begin() { return names->begin(); }
    auto end() { return names->end(); }
};

int main() {
    const std::vector<std::string> names{"bob", "carol"};
    const unfriend::friend_delete_request request{"alice", caching_view{&names}};
    char buffer[256];
    const auto body = unfriend::encode(request, buffer);
    assert(body && body->find(R"("To_Account":["bob","carol"])") != std::string_view::npos);
}
