#include <cassert>
#include <string>
#include <string_view>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    const auto fails = []() -> unfriend::result<std::string> { return std::make_error_code(std::errc::timed_out); };
    assert(!fails() && fails().error().code() == std::errc::timed_out);
}
