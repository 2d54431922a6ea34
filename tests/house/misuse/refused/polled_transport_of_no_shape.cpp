// refused: a transport for calls that are polled is a callable of (const http_request&, completion)
#include <string_view>

#include <unfriend/unfriend.hpp>

int main() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("key")};
    unfriend::channel channel{signer, unfriend::region::singapore};
    auto transport = [](std::string_view, std::string_view) {};
    unfriend::pending_call call{channel, transport};
    return call.is_done() ? 0 : 1;
}
