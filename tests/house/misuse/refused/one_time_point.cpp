// refused: a timestamp has two clocks
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("key")};
    unfriend::channel channel{signer, unfriend::region::singapore};
    auto transport = [](const unfriend::http_request&, unfriend::http_response&) { return std::error_code(); };
    unfriend::pending_call call{channel, transport};
    call.poll({std::chrono::steady_clock::now()});
}
