// The program around the documents' snippets.
#include <array>
#include <ctime>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

extern const std::string secret_key;

std::error_code my_transport(const unfriend::http_request& request, unfriend::http_response& response);
std::string post(std::string_view body);
void use(const unfriend::result_item& item);

extern const std::string token;
struct http_post {
    std::string query;
    std::string body;
};
extern http_post arrived;
void refuse(std::string_view why);
void forget(std::string_view from_account, std::string_view to_account);
void reply(std::string_view ack);

template <class... Arguments>
void log(const Arguments&... arguments);

void snippet();

void snippet() {
    // snippet
}
