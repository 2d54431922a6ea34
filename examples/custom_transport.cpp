// Deletes friends with the single header and a transport written for it, over OpenSSL's sockets.
// usage: custom_transport HOST:PORT CAFILE FROM TO...
#include "unfriend.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <openssl/ssl.h>

struct https { // one connection a request, and HTTP/1.0, so that the answer comes in one piece
    SSL_CTX* trust;
    std::string host_and_port;

    std::error_code operator()(const unfriend::http_request& request, unfriend::http_response& response) {
        const std::error_code unsent = std::make_error_code(std::errc::not_connected);
        const std::error_code failed = unfriend::errc::transport_failed; // the service may have the request
        std::string host = host_and_port.substr(0, host_and_port.rfind(':'));
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> connection(BIO_new_ssl_connect(trust), BIO_free_all);
        const auto finish = [bio = connection.get()](auto step, std::time_t end) { // which may take several tries
            for (int done = step(bio);; done = step(bio))
                if (done > 0 || !BIO_should_retry(bio) || BIO_wait(bio, end, 5) != 1) return done;
        };
        SSL* tls = nullptr;
        if (BIO_get_ssl(connection.get(), &tls) != 1 || SSL_set1_host(tls, host.c_str()) != 1) return unsent;
        SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
        BIO_set_conn_hostname(connection.get(), host_and_port.data());
        BIO_set_nbio(connection.get(), 1);
        if (finish([](BIO* bio) { return static_cast<int>(BIO_do_connect(bio)); }, std::time(nullptr) + 2) <= 0)
            return SSL_get_verify_result(tls) == X509_V_OK ? unsent : make_error_code(std::errc::permission_denied);
        std::string text = "POST " + std::string(request.target());
        text.append(" HTTP/1.0\r\nHost: " + host_and_port + "\r\nContent-Type: ").append(request.content_type);
        text.append("\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n\r\n").append(request.body);
        const std::time_t end = std::time(nullptr) + 1 + request.timeout.count() / 1000;
        if (finish([&](BIO* bio) { return BIO_write(bio, text.data(), static_cast<int>(text.size())); }, end) <= 0)
            return failed;
        text.clear();
        char bytes[4096];
        const auto read = [&](BIO* bio) { return BIO_read(bio, bytes, sizeof bytes); };
        for (int size; text.size() < 1000000 && (size = finish(read, end)) > 0;)
            text.append(bytes, static_cast<std::size_t>(size));
        const std::size_t body = text.find("\r\n\r\n") + 4;
        const std::size_t length = std::min(text.find("\r\nContent-Length:"), text.find("\r\ncontent-length:"));
        if (text.compare(0, 7, "HTTP/1.") != 0 || length >= body) return failed;
        if (std::strtoull(&text[length + 17], nullptr, 10) != text.size() - body) return failed; // it was cut short
        const std::size_t wait = std::min(text.find("\r\nRetry-After: "), text.find("\r\nretry-after: "));
        if (wait < body)
            response.set_retry_after(std::string_view(text).substr(wait + 15, text.find('\r', wait + 2) - wait - 15));
        response.status = static_cast<int>(std::strtol(&text[9], nullptr, 10));
        response.append(&text[body], text.size() - body);
        return {};
    }
};

int main(int argc, char** argv) {
    const auto get = [](const char* name) { return std::getenv(name) == nullptr ? "" : std::getenv(name); };
    const auto app = static_cast<std::uint32_t>(std::strtoul(get("UNFRIEND_SDK_APP_ID"), nullptr, 10));
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> trust(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_verify(trust.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_min_proto_version(trust.get(), TLS1_2_VERSION);
    if (argc < 5 || SSL_CTX_load_verify_locations(trust.get(), argv[2], nullptr) != 1) return 2;
    unfriend::signer signer(app, get("UNFRIEND_IDENTIFIER"), unfriend::secret(get("UNFRIEND_SECRET_KEY")));
    unfriend::client client(signer, unfriend::endpoint(argv[1]), https{trust.get(), argv[1]});
    const std::vector<std::string_view> friends(argv + 4, argv + argc);
    const auto answer = client(unfriend::friend_delete_request{argv[3], friends});
    if (!answer.answered()) std::cerr << answer.last_error().message() << '\n';
    if (answer.error_code.value_or(0) != 0) std::cerr << "refused: " << *answer.error_code << '\n';
    if (answer.error_code != 0) return 1;
    for (const auto& item : answer.failures())
        std::cout << item.to_account << ": " << unfriend::describe(item.result_code) << '\n';
    return answer.ok() ? 0 : 1;
}
