// The program around the documents' snippets.
#include <array>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

extern const std::string secret_key;

std::error_code my_transport(const unfriend::http_request& request, unfriend::http_response& response);
std::string post(std::string_view body);
void use(const unfriend::result_item& item);

template <class... Arguments>
void log(const Arguments&... arguments);

void snippet();

void snippet() {
    // snippet
}
