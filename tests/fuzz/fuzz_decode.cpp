// A libFuzzer target: any bytes, read as each kind of body, by prediction and by RapidJSON alone. Stops where the
// two differ.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"
#include "unfriend/webhook.hpp"

#include "readings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

template <class Layout>
void check(const char* layout, std::string_view body, std::size_t capacity) {
    const comparison compared = compare<Layout>(body, capacity);
    if (compared.agree) return;
    std::fprintf(stderr, "%s: predicted: %s; RapidJSON: %s\n", layout, compared.predicted.message().c_str(),
                 compared.parsed.message().c_str());
    std::abort();
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(data, data + size);
    const std::size_t capacity = size % 16; // often too little for all items
    check<unfriend::detail::friend_delete_layout>("friend_delete", body, capacity);
    check<unfriend::detail::friend_delete_all_layout>("friend_delete_all", body, capacity);
    check<unfriend::detail::event_layout>("webhook", body, capacity);
    return 0;
}
