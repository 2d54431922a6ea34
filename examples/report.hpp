// The results, a line an account, as they come in.
#pragma once

#include <cstddef>
#include <ostream>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <unfriend/service_code.hpp>

#include "account.hpp"
#include "account_list.hpp"
#include "printable.hpp"

namespace example {

/// Writes JSON in ASCII, so that no text of others' can act on a terminal or be taken for the end of a line.
using json_writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>>;

inline void write_text(json_writer& json, std::string_view text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

/// Prints what was named, in that order and as often as it was named.
class report {
public:
    /// `json`: an object a line, else text and a summary. Both must outlive the report.
    report(std::ostream& out, bool json, const account_list& list) : out_(out), json_(json), list_(list) {}

    /// Prints what follows up to the first account that is not among the first `finished`. False when it cannot be
    /// written.
    bool advance(std::size_t finished) {
        for (; next_ < list_.named() && list_.entry_of(next_) < finished; ++next_) {
            const account& each = list_.accounts()[list_.entry_of(next_)];
            if (json_) {
                print_json(each);
            } else {
                print_text(each);
            }
            ++counts_[static_cast<std::size_t>(each.became)];
            all_done_ = all_done_ && each.is_done();
        }
        return static_cast<bool>(out_.flush());
    }

    /// Prints the rest. False when it, or anything before it, could not be written.
    bool finish() {
        advance(list_.accounts().size());
        if (!json_) {
            out_ << count(outcome::deleted) << " deleted, " << count(outcome::already_gone) << " already gone, "
                 << count(outcome::failed) << " failed\n";
        }
        return static_cast<bool>(out_.flush());
    }

    /// Every account printed so far is deleted.
    bool all_done() const noexcept { return all_done_; }

private:
    std::size_t count(outcome became) const noexcept { return counts_[static_cast<std::size_t>(became)]; }

    void print_json(const account& each) {
        rapidjson::StringBuffer line;
        json_writer json(line);
        json.StartObject();
        json.Key("to_account");
        write_text(json, each.user_id);
        json.Key("result_code");
        if (each.result_code) {
            json.Int(*each.result_code);
        } else {
            json.Null();
        }
        json.Key("result_info");
        write_text(json, each.result_info);
        json.Key("outcome");
        write_text(json, name(each.became));
        json.EndObject();
        out_ << std::string_view(line.GetString(), line.GetSize()) << '\n';
    }

    void print_text(const account& each) {
        switch (each.became) {
        case outcome::deleted: out_ << "deleted       " << each.user_id << '\n'; return;
        case outcome::already_gone:
            out_ << "already gone  " << each.user_id;
            if (each.by_lost_attempt) out_ << ": the answer to an earlier attempt was lost";
            out_ << '\n';
            return;
        case outcome::failed: break;
        }
        out_ << "failed        " << each.user_id << ": ";
        if (each.result_code) out_ << *each.result_code << ", " << unfriend::describe(*each.result_code);
        const std::string info = printable(each.result_info);
        if (each.result_code && !info.empty()) {
            out_ << " (\"" << info << "\")";
        } else {
            out_ << info;
        }
        out_ << '\n';
    }

    std::ostream& out_;
    bool json_;
    const account_list& list_;
    std::size_t next_ = 0;
    std::size_t counts_[3] = {};
    bool all_done_ = true;
};

} // namespace example
