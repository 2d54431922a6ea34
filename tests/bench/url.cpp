// The URL of a call whose UserSig is at hand.
#include <cstdint>
#include <string>
#include <string_view>

#include "unfriend/call/credentials.hpp"
#include "unfriend/http/url.hpp"
#include "unfriend/messages/friend_delete.hpp"

#include "measure.hpp"
#include "programs.hpp"

namespace bench {

void add_url() {
    add("url/unfriend", [](benchmark::State& state) {
        const unfriend::endpoint endpoint = unfriend::region::singapore;
        const std::string identifier = "administrator";
        const std::string user_sig(252, 'x'); // as long as one of the official generators' is
        char buffer[unfriend::max_user_sig_size + 1024];
        std::uint32_t random = 2'000'000'000;
        measure(state, 0, [&] {
            const auto url = unfriend::encode_url(endpoint.host(), unfriend::friend_delete::path,
                                                  {1'400'000'000, identifier, user_sig, random++}, buffer);
            benchmark::DoNotOptimize(url);
            return static_cast<bool>(url);
        });
    });
}

} // namespace bench
