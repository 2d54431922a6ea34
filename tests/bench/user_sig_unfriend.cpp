// Our generators, ready to sign: with the default compression, and with stored blocks.
#include <cstdint>
#include <string_view>

#include "unfriend/crypto/secret.hpp"
#include "unfriend/user_sig/generator.hpp"
#include "unfriend/user_sig/zlib_codec.hpp"

#include "programs.hpp"
#include "user_sig.hpp"

namespace bench {

namespace {

template <class Codec>
class unfriend_maker {
public:
    std::string_view make(std::int64_t time) {
        const auto user_sig = generator_.generate(time, expire, buffer_);
        return user_sig ? *user_sig : std::string_view();
    }

private:
    unfriend::basic_user_sig_generator<unfriend::openssl_hmac_sha256, Codec> generator_{sdk_app_id, identifier,
                                                                                        unfriend::secret(secret_key)};
    char buffer_[unfriend::max_user_sig_size];
};

} // namespace

bool is_genuine(std::string_view user_sig, std::int64_t time) {
    unfriend::user_sig_generator generator(sdk_app_id, identifier, unfriend::secret(secret_key));
    char scratch[unfriend::max_user_sig_size];
    const auto claims = generator.validate(user_sig, time, scratch);
    return claims && claims->time == time && claims->expire == expire;
}

void add_user_sig_unfriend() {
    add_user_sig<unfriend_maker<unfriend::zlib_codec>>("unfriend");
    add_user_sig<unfriend_maker<unfriend::stored_codec>>("unfriend_stored");
}

} // namespace bench
