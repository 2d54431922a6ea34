// Decoding, measured alike for every library: each member of the answer and of each of its items is read and
// kept, the items in one array. Before it is timed, a reader has to show that it reads what the answer says.
//
// Readers that decode in place get a fresh copy of the answer each time, and the copying counts as their work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "documents.hpp"
#include "measure.hpp"

namespace bench {

/// What a peer reads an answer into: items of the same kind as ours, in an array as large.
struct peer_item {
    std::string_view to_account;
    std::int32_t result_code = -1;
    std::string_view result_info;
};

class peer_items {
public:
    void clear() noexcept { size_ = 0; }
    peer_item* add() noexcept { return size_ == max_items ? nullptr : &items_[size_++]; }
    std::size_t size() const noexcept { return size_; }
    const peer_item& operator[](std::size_t index) const noexcept { return items_[index]; }

private:
    peer_item items_[max_items];
    std::size_t size_ = 0;
};

struct peer_answer {
    peer_items items;
    std::string_view action_status;
    std::int32_t error_code = -1;
    std::string_view error_info;
    std::string_view error_display;
};

/// An answer to be decoded in place, again and again.
class restored_text {
public:
    explicit restored_text(const std::string& text) : original_(text), text_(text) {}

    /// As it was at first, with a NUL behind it.
    char* restore() noexcept {
        std::memcpy(text_.data(), original_.data(), original_.size());
        return text_.data();
    }
    std::size_t size() const noexcept { return original_.size(); }

private:
    std::string original_;
    std::string text_;
};

/// Adds `decode/{shape}/{size}/{reader}` for each shape and size. A `Reader` is made for the text and the shape of
/// one answer; its `read()` answers whether all went well, and its `answer()` is what it read.
template <class Reader>
void add_decode(const std::string& reader_name) {
    for (const shape looks : shapes) {
        for (const std::size_t size : sizes) {
            const std::string benchmark_name =
                std::string("decode/").append(name(looks)) + "/" + std::to_string(size) + "/" + reader_name;
            add(benchmark_name, [looks, size](benchmark::State& state) {
                const std::vector<outcome> outcomes = make_outcomes(looks, size);
                const std::string text = make_answer(looks, outcomes);
                Reader reader(text, looks);
                if (!reader.read() || !says(reader.answer(), outcomes)) {
                    state.SkipWithError("the answer was read wrongly");
                    return;
                }
                measure(state, text.size(), [&] { return reader.read(); });
            });
        }
    }
}

} // namespace bench
