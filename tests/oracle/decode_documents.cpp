// Decodes the documents of its standard input into every kind of storage, and prints what each one holds.
//
// A document is a line `KIND SIZE PADDING` and SIZE bytes; PADDING, mostly 0, is a number of NULs behind them. KIND is
// friend_delete, friend_delete_all or event. The output for each document is a line `document`, and for each storage
// either a line `=`, when all is as for the first storage, or a line `NAME DETAIL SIZE` and SIZE bytes: the name of the
// error, its detail, and the values as netstrings. contract.py knows the order of the storages.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/mman.h>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"
#include "unfriend/webhook.hpp"

namespace {

using unfriend::default_limits;
using unfriend::errc;
using unfriend::owned_result_item;
using unfriend::result_item;
using unfriend::webhook::friend_pair;
using unfriend::webhook::owned_friend_pair;

struct named_error {
    errc code;
    const char* name;
};

constexpr named_error names[] = {
    {errc::empty_body, "empty_body"},
    {errc::html_body, "html_body"},
    {errc::truncated_json, "truncated_json"},
    {errc::malformed_json, "malformed_json"},
    {errc::not_an_object, "not_an_object"},
    {errc::trailing_bytes, "trailing_bytes"},
    {errc::wrong_type, "wrong_type"},
    {errc::integer_out_of_range, "integer_out_of_range"},
    {errc::invalid_utf8, "invalid_utf8"},
    {errc::nesting_too_deep, "nesting_too_deep"},
    {errc::too_many_items, "too_many_items"},
    {errc::repeated_items, "repeated_items"},
    {errc::body_too_large, "body_too_large"},
    {errc::missing_member, "missing_member"},
    {errc::webhook_other_command, "webhook_other_command"},
};

const char* name_of(const unfriend::error& failure) {
    if (!failure) return "none";
    for (const named_error& entry : names) {
        if (failure == entry.code) return entry.name;
    }
    return "unexpected";
}

struct shallow_limits : unfriend::default_limits {
    static constexpr std::size_t max_nesting = 5;
};

/// What one storage holds.
struct record {
    std::string name{};
    std::size_t detail = 0;
    std::string values{};

    void text(std::string_view value) {
        values.append(std::to_string(value.size())).append(":").append(value).append(",");
    }
    void number(std::int64_t value) { text(std::to_string(value)); }
    void code(std::optional<std::int32_t> value) { text(value ? std::to_string(*value) : "-"); }

    bool operator==(const record& other) const {
        return name == other.name && detail == other.detail && values == other.values;
    }
};

template <class Text>
void add_item(record& out, const unfriend::basic_result_item<Text>& item) {
    out.text(item.to_account);
    out.code(item.result_code);
    out.text(item.result_info);
}

template <class Text>
void add_item(record& out, const unfriend::webhook::basic_friend_pair<Text>& pair) {
    out.text(pair.from_account);
    out.text(pair.to_account);
}

template <class Items>
void add_items(record& out, const Items& items) {
    for (const auto& item : items) add_item(out, item);
}

template <class Response>
void add_head(record& out, const Response& response) {
    out.text(response.action_status);
    out.code(response.error_code);
    out.text(response.error_info);
    out.text(response.error_display);
    out.text(response.request_id);
    out.number(response.ok() ? 1 : 0);
}

template <class Range>
std::int64_t count(const Range& range) {
    std::int64_t number = 0;
    for (const auto& item : range) {
        static_cast<void>(item);
        ++number;
    }
    return number;
}

/// The bytes of a document, to be decoded in place again and again. They are copied each time to the end of a block of
/// the heap of exactly their size, so that AddressSanitizer sees a byte too far.
class document {
public:
    document(std::string bytes, std::size_t padding) : bytes_(std::move(bytes)), padding_(padding) {}
    ~document() { unmap(); }
    document(const document&) = delete;
    document& operator=(const document&) = delete;

    unfriend::char_span fresh() {
        if (padding_ != 0) return mapped();
        copy_.reset(new char[bytes_.size()]);
        bytes_.copy(copy_.get(), bytes_.size());
        return {copy_.get(), bytes_.size()};
    }

private:
    /// Pages that are never touched take no memory.
    unfriend::char_span mapped() {
        unmap();
        const std::size_t size = bytes_.size() + padding_;
        void* const pages =
            ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (pages == MAP_FAILED) std::abort();
        pages_ = static_cast<char*>(pages);
        bytes_.copy(pages_, bytes_.size());
        return {pages_, size};
    }

    void unmap() {
        if (pages_ != nullptr) ::munmap(pages_, bytes_.size() + padding_);
        pages_ = nullptr;
    }

    std::string bytes_;
    std::size_t padding_;
    std::unique_ptr<char[]> copy_;
    char* pages_ = nullptr;
};

/// Prints the records of one document.
class printer {
public:
    printer() { std::fputs("document\n", stdout); }

    void print(const unfriend::error& failure, record& values) {
        values.name = name_of(failure);
        values.detail = failure.detail();
        if (has_first_ && values == first_) {
            std::fputs("=\n", stdout);
            return;
        }
        std::printf("%s %zu %zu\n", values.name.c_str(), values.detail, values.values.size());
        std::fwrite(values.values.data(), 1, values.values.size(), stdout);
        if (!has_first_) first_ = std::move(values);
        has_first_ = true;
    }

private:
    record first_;
    bool has_first_ = false;
};

// The responses and events are those of the documents before, so that something left of these shows.

template <class Limits, class Response>
void print_response(printer& out, document& body, Response& response) {
    const unfriend::char_span bytes = body.fresh();
    const unfriend::error failure = unfriend::decode<Limits>(bytes, response);
    record values;
    add_items(values, response.items);
    values.text("-");
    add_head(values, response);
    values.number(static_cast<std::int64_t>(response.omitted));
    values.number(count(response.failures()));
    out.print(failure, values);
}

/// For callbacks, what they were passed before a failure does not count.
template <class Response>
void print_passed(printer& out, document& body, Response& response, record& passed) {
    passed = {};
    const unfriend::error failure = unfriend::decode(body.fresh(), response);
    record values;
    if (!failure) values = std::move(passed);
    values.text("-");
    add_head(values, response);
    values.number(static_cast<std::int64_t>(response.omitted));
    out.print(failure, values);
}

template <class Event>
void add_event_head(record& out, const Event& event) {
    out.text("-");
    out.text(event.client_ip);
    out.number(static_cast<std::int64_t>(event.opt_platform.value));
    out.text(event.opt_platform.text);
    out.text(event.request_id);
    out.number(static_cast<std::int64_t>(event.omitted));
}

template <class Limits, class Event>
void print_event(printer& out, document& body, Event& event) {
    const unfriend::char_span bytes = body.fresh();
    const unfriend::error failure = unfriend::webhook::decode<Limits>(bytes, event);
    record values;
    add_items(values, event.pairs);
    add_event_head(values, event);
    out.print(failure, values);
}

template <class Event>
void print_passed_event(printer& out, document& body, Event& event, record& passed) {
    passed = {};
    const unfriend::error failure = unfriend::webhook::decode(body.fresh(), event);
    record values;
    if (!failure) values = std::move(passed);
    add_event_head(values, event);
    out.print(failure, values);
}

/// What the storages of `Item` refer to.
template <class Item>
struct storages {
    struct take {
        record* passed;
        void operator()(const Item& item) const { add_item(*passed, item); }
    };
    struct restart {
        record* passed;
        void operator()() const { *passed = {}; }
    };
    using callback = unfriend::each_item<take>;
    using restartable = unfriend::each_item<take, restart>;

    record passed{};
    Item array[5]{};

    callback pass_on() { return {{&passed}}; }
    restartable pass_on_and_restart() { return {{&passed}, {&passed}}; }
};

class friend_delete_decoder {
public:
    void decode(document& body) {
        printer out;
        print_response<default_limits>(out, body, views_);
        print_response<default_limits>(out, body, owned_);
        print_response<default_limits>(out, body, pmr_);
        print_response<default_limits>(out, body, three_);
        print_response<default_limits>(out, body, three_owned_);
        print_response<default_limits>(out, body, five_);
        print_response<default_limits>(out, body, thousand_);
        print_response<shallow_limits>(out, body, views_);
        print_passed(out, body, callback_, made_.passed);
        print_passed(out, body, restartable_, made_.passed);
    }

private:
    template <class Items>
    using response = unfriend::friend_delete_response<Items>;
    using storages_type = storages<result_item>;

    storages_type made_{};
    response<std::vector<result_item>> views_{};
    response<std::vector<owned_result_item>> owned_{};
    response<std::pmr::vector<result_item>> pmr_{};
    response<unfriend::inline_items<3>> three_{};
    response<unfriend::inline_items<3, owned_result_item>> three_owned_{};
    response<unfriend::item_span<result_item>> five_{unfriend::item_span(made_.array)};
    response<unfriend::inline_items<1000>> thousand_{};
    response<storages_type::callback> callback_{made_.pass_on()};
    response<storages_type::restartable> restartable_{made_.pass_on_and_restart()};
};

template <class Limits, class Response>
void print_head(printer& out, document& body, Response& response) {
    const unfriend::char_span bytes = body.fresh();
    const unfriend::error failure = unfriend::decode<Limits>(bytes, response);
    record values;
    add_head(values, response);
    out.print(failure, values);
}

class friend_delete_all_decoder {
public:
    void decode(document& body) {
        printer out;
        print_head<default_limits>(out, body, views_);
        print_head<default_limits>(out, body, owned_);
        print_head<shallow_limits>(out, body, views_);
    }

private:
    unfriend::friend_delete_all_response<> views_{};
    unfriend::friend_delete_all_response<std::string> owned_{};
};

class event_decoder {
public:
    void decode(document& body) {
        printer out;
        print_event<default_limits>(out, body, views_);
        print_event<default_limits>(out, body, owned_);
        print_event<default_limits>(out, body, pmr_);
        print_event<default_limits>(out, body, three_);
        print_event<default_limits>(out, body, three_owned_);
        print_event<default_limits>(out, body, five_);
        print_event<default_limits>(out, body, thousand_);
        print_event<shallow_limits>(out, body, views_);
        print_passed_event(out, body, callback_, made_.passed);
        print_passed_event(out, body, restartable_, made_.passed);
    }

private:
    template <class Items>
    using event = unfriend::webhook::event<Items>;
    using storages_type = storages<friend_pair>;

    storages_type made_{};
    event<std::vector<friend_pair>> views_{};
    event<std::vector<owned_friend_pair>> owned_{};
    event<std::pmr::vector<friend_pair>> pmr_{};
    event<unfriend::inline_items<3, friend_pair>> three_{};
    event<unfriend::inline_items<3, owned_friend_pair>> three_owned_{};
    event<unfriend::item_span<friend_pair>> five_{unfriend::item_span(made_.array)};
    event<unfriend::inline_items<1000, friend_pair>> thousand_{};
    event<storages_type::callback> callback_{made_.pass_on()};
    event<storages_type::restartable> restartable_{made_.pass_on_and_restart()};
};

struct decoders {
    friend_delete_decoder some{};
    friend_delete_all_decoder all{};
    event_decoder event{};

    /// False if there is no such kind.
    bool decode(std::string_view kind, document& body) {
        if (kind == "friend_delete") {
            some.decode(body);
        } else if (kind == "friend_delete_all") {
            all.decode(body);
        } else if (kind == "event") {
            event.decode(body);
        } else {
            return false;
        }
        return true;
    }
};

} // namespace

int main() {
    const auto all = std::make_unique<decoders>();
    char kind[32];
    std::size_t size = 0;
    std::size_t padding = 0;
    while (std::scanf("%31s %zu %zu", kind, &size, &padding) == 3) {
        std::string bytes(size, '\0');
        if (std::getchar() != '\n' || std::fread(bytes.data(), 1, size, stdin) != size) return 1;
        document body(std::move(bytes), padding);
        if (!all->decode(kind, body)) return 1;
    }
    return std::feof(stdin) != 0 ? 0 : 1;
}
