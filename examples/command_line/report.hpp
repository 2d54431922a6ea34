// The results, a line an account, as they come in.
#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <unfriend/call/account_result.hpp>
#include <unfriend/messages/service_code.hpp>

#include "deletion_outcome.hpp"
#include "support/printable.hpp"

namespace example {

/// Writes JSON in ASCII, so that no text of others' can act on a terminal or be taken for the end of a line.
using json_writer = rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>>;

inline void write_text(json_writer& json, std::string_view text) {
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

class report {
public:
    /// `json`: an object a line, else text and a summary. `out` must outlive the report.
    report(std::ostream& out, bool json) : out_(out), json_(json) {}

    /// `from_account` only where it differs from line to line.
    void print(std::optional<std::string_view> from_account, std::string_view to_account,
               const deletion_outcome& told) {
        if (json_) {
            print_json(from_account, to_account, told);
        } else {
            print_text(from_account, to_account, told);
        }
        ++counts_[static_cast<std::size_t>(told.outcome)];
    }

    /// False when what was printed so far could not be written.
    bool flush() { return static_cast<bool>(out_.flush()); }

    void print_summary() {
        using unfriend::outcome;
        if (json_) return;
        out_ << count(outcome::deleted) << " deleted, " << count(outcome::already_gone) << " already gone, "
             << count(outcome::failed) << " failed";
        if (count(outcome::unknown) != 0) out_ << ", " << count(outcome::unknown) << " unknown";
        out_ << '\n';
    }

    /// Every account printed so far is deleted.
    bool all_done() const noexcept {
        return count(unfriend::outcome::failed) == 0 && count(unfriend::outcome::unknown) == 0;
    }

private:
    std::size_t count(unfriend::outcome value) const noexcept { return counts_[static_cast<std::size_t>(value)]; }

    void print_json(std::optional<std::string_view> from_account, std::string_view to_account,
                    const deletion_outcome& told) {
        rapidjson::StringBuffer line;
        json_writer json(line);
        json.StartObject();
        if (from_account) {
            json.Key("from_account");
            write_text(json, *from_account);
        }
        json.Key("to_account");
        write_text(json, to_account);
        json.Key("result_code");
        if (told.result_code) {
            json.Int(*told.result_code);
        } else {
            json.Null();
        }
        json.Key("result_info");
        write_text(json, told.result_info);
        json.Key("outcome");
        write_text(json, unfriend::to_string(told.outcome));
        json.EndObject();
        out_ << std::string_view(line.GetString(), line.GetSize()) << '\n';
    }

    void print_text(std::optional<std::string_view> from_account, std::string_view to_account,
                    const deletion_outcome& told) {
        std::string account = printable(to_account);
        if (from_account) account = printable(*from_account) + '\t' + account;
        switch (told.outcome) {
        case unfriend::outcome::deleted: out_ << "deleted       " << account << '\n'; return;
        case unfriend::outcome::already_gone:
            out_ << "already gone  " << account << ": the answer to an earlier attempt was lost\n";
            return;
        case unfriend::outcome::unknown: out_ << "unknown       " << account << ": "; break;
        case unfriend::outcome::failed: out_ << "failed        " << account << ": "; break;
        }
        if (told.result_code) out_ << *told.result_code << ", " << unfriend::describe(*told.result_code);
        const std::string info = printable(told.result_info);
        if (told.result_code && !info.empty()) {
            out_ << " (\"" << info << "\")";
        } else {
            out_ << info;
        }
        out_ << '\n';
    }

    std::ostream& out_;
    bool json_;
    std::size_t counts_[4] = {};
};

} // namespace example
