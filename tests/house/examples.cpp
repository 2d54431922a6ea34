// The programs around the examples of the headers' opening comments, one namespace each. What an example takes from
// elsewhere is declared before its place.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <unfriend/unfriend.hpp>

namespace program {

template <class... Arguments>
void log(const Arguments&... arguments);
void refuse(std::string_view why);
void sleep(std::chrono::nanoseconds duration);
void use(const unfriend::call_result& response);

std::error_code transport(const unfriend::http_request& request, unfriend::http_response& response);
unfriend::timestamp now();

extern unfriend::signer signer;
extern const std::string key;
extern const std::string_view user_sig;
extern const std::vector<std::string> friends;
extern const unfriend::friend_delete_request<std::vector<std::string>> request;

namespace call_account_result {
extern const unfriend::call_result response;
void example() {
    // example: call/account_result.hpp
}
} // namespace call_account_result

namespace call_call_result {
extern unfriend::client<unfriend::channel<unfriend::signer>, decltype(&transport)> client;
void example() {
    // example: call/call_result.hpp
}
} // namespace call_call_result

namespace call_owned_call_result {
extern unfriend::client<unfriend::channel<unfriend::signer>, decltype(&transport)> client;
void example() {
    // example: call/owned_call_result.hpp
}
} // namespace call_owned_call_result

namespace call_channel {
extern const unfriend::call_policy policy;
void example() {
    // example: call/channel.hpp
}
} // namespace call_channel

namespace call_circuit {
extern const std::chrono::nanoseconds now;
extern const std::chrono::nanoseconds timeout;
void use_backup();
void example() {
    // example: call/circuit.hpp
}
} // namespace call_circuit

namespace call_credentials {
void example() {
    // example: call/credentials.hpp
}
} // namespace call_credentials

namespace call_observer {
void example() {
    // example: call/observer.hpp
}
} // namespace call_observer

namespace call_operation {
std::error_code post(const unfriend::http_request& request, unfriend::http_response& response);
extern unfriend::channel<unfriend::signer> channel;
extern unfriend::workspace<> memory;
void example() {
    // example: call/operation.hpp
}
} // namespace call_operation

namespace call_pacer {
extern const std::chrono::nanoseconds now;
extern const std::chrono::nanoseconds sent_at;
extern const std::chrono::nanoseconds max_wait;
void example() {
    // example: call/pacer.hpp
}
} // namespace call_pacer

namespace call_pacing {
extern unfriend::signer signer;
extern unfriend::pacer my_pacer;
void example() {
    // example: call/pacing.hpp
}
} // namespace call_pacing

namespace call_policy {
void example() {
    // example: call/policy.hpp
}
} // namespace call_policy

namespace call_retry_budget {
void send_again();
void example() {
    // example: call/retry_budget.hpp
}
} // namespace call_retry_budget

namespace call_step {
extern const unfriend::step next;
void example() {
    // example: call/step.hpp
}
} // namespace call_step

namespace call_workspace {
extern unfriend::client<unfriend::channel<unfriend::signer>, decltype(&transport)> client;
void example() {
    // example: call/workspace.hpp
}
} // namespace call_workspace

namespace clients_async_client {
void transport(const unfriend::http_request& request, unfriend::completion done);
void wait_for_events(std::chrono::nanoseconds duration);
extern unfriend::channel<unfriend::signer> channel;
void example() {
    // example: clients/async_client.hpp
}
} // namespace clients_async_client

namespace clients_bulk {
void wait_for_events(std::chrono::nanoseconds duration);
extern unfriend::channel<unfriend::signer> channel;
extern std::vector<std::pair<std::string, std::string>> pairs;
void example() {
    // example: clients/bulk.hpp
}
} // namespace clients_bulk

namespace clients_bulk_options {
void example() {
    // example: clients/bulk_options.hpp
}
} // namespace clients_bulk_options

namespace clients_bulk_report {
void print(std::string_view from_account, const unfriend::account_result& account);
extern unfriend::channel<unfriend::signer> channel;
extern std::vector<std::pair<std::string, std::string>> pairs;
void example() {
    unfriend::bulk job{channel, transport, pairs};
    // example: clients/bulk_report.hpp
}
} // namespace clients_bulk_report

namespace clients_client {
std::error_code my_transport(const unfriend::http_request& request, unfriend::http_response& response);
void example() {
    // example: clients/client.hpp
}
} // namespace clients_client

namespace clients_pair_source {
using account_pair = std::pair<std::string_view, std::string_view>;
// example: clients/pair_source.hpp
static_assert(unfriend::is_pair_source<socket_pairs>);
} // namespace clients_pair_source

namespace clients_pending_call {
void transport(const unfriend::http_request& request, unfriend::completion done);
extern unfriend::channel<unfriend::signer> channel;
void example() {
    // example: clients/pending_call.hpp
}
} // namespace clients_pending_call

namespace core_char_span {
void example() {
    // example: core/char_span.hpp
    std::string text;
    std::array<char, 10> array;
    static_assert(std::is_convertible_v<std::string&, unfriend::char_span>);
    static_assert(std::is_convertible_v<decltype(array)&, unfriend::char_span>);
}
} // namespace core_char_span

namespace core_clock {
void transport(const unfriend::http_request& request, unfriend::completion done);
extern unfriend::channel<unfriend::signer> channel;
void example() {
    unfriend::pending_call call{channel, transport};
    // example: core/clock.hpp
}
} // namespace core_clock

namespace core_errc {
void example() {
    // example: core/errc.hpp
    static_assert(unfriend::describe(unfriend::errc::no_accounts) == "To_Account is empty: name at least one account");
}
} // namespace core_errc

namespace core_error {
extern char* const bytes;
extern const std::size_t size;
extern unfriend::friend_delete_response<> response;
void example() {
    // example: core/error.hpp
}
} // namespace core_error

namespace core_limits {
extern char buffer[1024];
// example: core/limits.hpp
} // namespace core_limits

namespace core_random {
void example() {
    // example: core/random.hpp
}
} // namespace core_random

namespace core_result {
extern char buffer[1024];
void send(std::string_view body);
void example() {
    // example: core/result.hpp
}
} // namespace core_result

} // namespace program

namespace engine {
struct string {
    const char* raw() const noexcept;
    std::size_t length() const noexcept;
};
} // namespace engine

// example: core/text.hpp

namespace program {

namespace crypto_openssl_hmac {
// example: crypto/openssl_hmac.hpp
using generator = unfriend::basic_user_sig_generator<my_hmac>;
unfriend::error example(generator& own, unfriend::char_span buffer) { return own.generate(0, 1, buffer).error(); }
} // namespace crypto_openssl_hmac

namespace crypto_openssl_sha256 {
// example: crypto/openssl_sha256.hpp
unfriend::error example(const unfriend::webhook::credentials& app,
                        unfriend::webhook::replay_guard<1, my_sha256>& guard) {
    const auto post = unfriend::webhook::authenticate<my_sha256>("", app, 0);
    return post ? guard.admit(*post, "", 0) : post.error();
}
} // namespace crypto_openssl_sha256

namespace crypto_secret {
std::string read_key_from_vault();
void example() {
    // example: crypto/secret.hpp
}
} // namespace crypto_secret

namespace http_completion {
template <class Callback>
void start(std::string_view url, std::string_view body, Callback&& callback) {
    static_cast<void>(url), static_cast<void>(body), callback(200, std::string_view());
}
// example: http/completion.hpp
static_assert(unfriend::is_async_transport<decltype(&transport)>);
} // namespace http_completion

namespace http_endpoint {
void example() {
    // example: http/endpoint.hpp
}
} // namespace http_endpoint

namespace http_retry_after {
extern const unfriend::http_response response;
extern const std::int64_t unix_now;
void example() {
    // example: http/retry_after.hpp
}
} // namespace http_retry_after

namespace http_transport {
struct reply {
    int status;
    std::string body;
};
// example: http/transport.hpp
static_assert(unfriend::is_transport<decltype(&returning)>);
static_assert(unfriend::is_transport<decltype(&appending)>);
static_assert(unfriend::is_transport<decltype(&expecting)>);
} // namespace http_transport

namespace http_url {
extern const unfriend::endpoint endpoint;
extern const std::uint32_t sdk_app_id;
std::uint32_t random();
void example() {
    // example: http/url.hpp
}
} // namespace http_url

namespace messages_delete_type {
void example() {
    // example: messages/delete_type.hpp
}
} // namespace messages_delete_type

namespace messages_friend_delete {
extern char* const bytes;
extern const std::size_t size;
void example() {
    // example: messages/friend_delete.hpp
}
} // namespace messages_friend_delete

namespace messages_friend_delete_all {
void example() {
    // example: messages/friend_delete_all.hpp
}
} // namespace messages_friend_delete_all

namespace messages_items {
using namespace unfriend;
extern result_item array[10];
void example() {
    // example: messages/items.hpp
}
} // namespace messages_items

namespace messages_service_code {
extern const unfriend::friend_delete_response<> response;
void example() {
    // example: messages/service_code.hpp
}
} // namespace messages_service_code

namespace umbrella {
void example() {
    // example: unfriend.hpp
}
} // namespace umbrella

namespace user_sig_claims {
extern char scratch[unfriend::max_user_sig_size];
void example() {
    // example: user_sig/claims.hpp
}
} // namespace user_sig_claims

namespace user_sig_generator {
extern const std::int64_t now;
void example() {
    // example: user_sig/generator.hpp
}
} // namespace user_sig_generator

namespace user_sig_signer {
void example() {
    // example: user_sig/signer.hpp
}
} // namespace user_sig_signer

namespace user_sig_zlib_codec {
// example: user_sig/zlib_codec.hpp
using generator = unfriend::basic_user_sig_generator<unfriend::openssl_hmac_sha256, my_codec>;
unfriend::error example(generator& own, unfriend::char_span buffer) {
    const auto user_sig = own.generate(0, 1, buffer);
    return user_sig ? own.validate(*user_sig, 0, buffer).error() : user_sig.error();
}
} // namespace user_sig_zlib_codec

namespace webhook_authentication {
extern const std::string token;
extern const std::string_view query;
extern const std::int64_t now;
void example() {
    // example: webhook/authentication.hpp
}
} // namespace webhook_authentication

namespace webhook_event {
extern std::string body;
void forget(std::string_view from_account, std::string_view to_account);
void reply(int status, std::string_view body);
void example() {
    // example: webhook/event.hpp
}
} // namespace webhook_event

namespace webhook_parameter {
void example() {
    // example: webhook/parameter.hpp
}
} // namespace webhook_parameter

namespace webhook_platform {
extern const unfriend::webhook::event<> event;
void example() {
    // example: webhook/platform.hpp
}
} // namespace webhook_platform

namespace webhook_replay_guard {
extern const unfriend::result<unfriend::webhook::authentication> post;
extern const std::string_view body;
extern const std::int64_t now;
void example() {
    // example: webhook/replay_guard.hpp
}
} // namespace webhook_replay_guard

} // namespace program
