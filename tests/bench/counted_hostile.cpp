// Reads one hostile body, for test_hostile.py to count the instructions:
//
//   counted_hostile --list HOSTILE_TXT                   prints the names of the recipes
//   counted_hostile HOSTILE_TXT NUMBER SIZE READER       makes a body of SIZE bytes and reads it as READER does
//   counted_hostile HOSTILE_TXT SIZE                     the same with each recipe and each reader, in this order:
//
//   response, event      the library
//   sax                  RapidJSON's reader alone, in place and with its check of UTF-8
//
// Prints the size of the body, and whether the reader read it to its end.
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/reader.h>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/webhook/event.hpp"

#include "hostile.hpp"

namespace {

using response = unfriend::friend_delete_response<>;
using event = unfriend::webhook::event<>;

/// A handler as one would write it for either message: it keeps each member that is known.
class handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, handler> {
public:
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        const std::string_view key(text, size);
        member_ = 0;
        while (member_ != std::size(names) && names[member_] != key) ++member_;
        return true;
    }
    bool String(const char* text, rapidjson::SizeType size, bool) {
        if (member_ != std::size(names)) texts_[member_] = std::string_view(text, size);
        return true;
    }
    bool Int(int value) {
        if (member_ != std::size(names)) numbers_[member_] = value;
        return true;
    }
    bool Uint(unsigned value) { return Int(static_cast<int>(value)); }

private:
    static constexpr std::string_view names[] = {"To_Account",   "From_Account", "ResultCode", "ResultInfo",
                                                 "ActionStatus", "ErrorCode",    "ErrorInfo",  "ErrorDisplay"};

    std::string_view texts_[std::size(names)];
    int numbers_[std::size(names)] = {};
    std::size_t member_ = std::size(names);
};

} // namespace

// With C linkage, so that the names are plain; never inlined, so that callgrind finds them.
extern "C" {

bool counted_response(char* body, std::size_t size, response* decoded) noexcept;
bool counted_event(char* body, std::size_t size, event* decoded) noexcept;
bool counted_sax(char* body, handler* reading) noexcept;

[[gnu::noinline]] bool counted_response(char* body, std::size_t size, response* decoded) noexcept {
    const unfriend::error failure = unfriend::decode({body, size}, *decoded);
    return !failure || failure == unfriend::errc::too_many_items;
}

[[gnu::noinline]] bool counted_event(char* body, std::size_t size, event* decoded) noexcept {
    const unfriend::error failure = unfriend::webhook::decode({body, size}, *decoded);
    return !failure || failure == unfriend::errc::too_many_items;
}

[[gnu::noinline]] bool counted_sax(char* body, handler* reading) noexcept {
    rapidjson::InsituStringStream stream(body);
    rapidjson::Reader reader;
    constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseValidateEncodingFlag;
    return !reader.Parse<flags>(stream, *reading).IsError();
}
}

namespace {

/// Prints the size of the body, and whether it was read to its end.
void read(std::string body, std::string_view reader) {
    bool read = false;
    if (reader == "sax") read = counted_sax(body.data(), std::make_unique<handler>().get());
    if (reader == "response") read = counted_response(body.data(), body.size(), std::make_unique<response>().get());
    if (reader == "event") read = counted_event(body.data(), body.size(), std::make_unique<event>().get());
    std::printf("%zu %d\n", body.size(), read ? 1 : 0);
}

} // namespace

int main(int argc, char** argv) {
    std::vector<bench::recipe> recipes;
    const bool is_list = argc == 3 && std::string_view(argv[1]) == "--list";
    if (argc < 3 || !bench::read_recipes(argv[is_list ? 2 : 1], recipes)) return EXIT_FAILURE;
    if (is_list) {
        for (const bench::recipe& one : recipes) std::printf("%s\n", one.name.c_str());
        return EXIT_SUCCESS;
    }
    const std::size_t size = std::strtoull(argv[argc == 3 ? 2 : 3], nullptr, 10);
    if (argc == 3) {
        for (const bench::recipe& one : recipes) {
            for (const std::string_view reader : {"sax", "response", "event"})
                read(bench::make_body(one, size), reader);
        }
        return EXIT_SUCCESS;
    }
    const std::size_t number = std::strtoull(argv[2], nullptr, 10);
    if (argc != 5 || number >= recipes.size()) return EXIT_FAILURE;
    read(bench::make_body(recipes[number], size), argv[4]);
    return EXIT_SUCCESS;
}
