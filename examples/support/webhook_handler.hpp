// What the app does with a webhook's post, whatever HTTP stack it came by.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <unfriend/webhook.hpp>

namespace example {

/// Prints each pair of a genuine post as a JSON object on a line. Safe to use from many threads.
class webhook_handler {
public:
    /// `out` takes the pairs, `log` a line for each post that is refused. Both must outlive the handler.
    webhook_handler(unfriend::webhook::credentials app, std::ostream& out, std::ostream& log)
        : app_(std::move(app)), out_(out), log_(log), guard_(std::make_unique<unfriend::webhook::replay_guard<>>()) {}

    /// The answer to a post that came at `now`, Unix seconds. `query`: what stands behind the URL's question mark.
    std::string answer(std::string_view query, std::string body, std::int64_t now) {
        const std::string why = handle(query, body, now);
        if (why.empty()) return encode(unfriend::webhook::ack::ok);
        return refuse(why);
    }

    /// The answer to a post that is refused for a reason of the caller's.
    std::string refuse(std::string_view why) {
        const std::lock_guard<std::mutex> lock(mutex_);
        log_ << "webhook_receiver: refused: " << why << std::endl;
        return encode(unfriend::webhook::ack::failure);
    }

private:
    using writer = rapidjson::Writer<rapidjson::StringBuffer>;

    static std::string encode(unfriend::webhook::ack answer) {
        char buffer[unfriend::webhook::max_ack_size];
        return std::string(*unfriend::webhook::encode_ack(answer, buffer));
    }

    /// Why the post is refused; empty when it is not.
    std::string handle(std::string_view query, std::string& body, std::int64_t now) {
        const auto post = unfriend::webhook::authenticate(query, app_, now);
        if (!post) return post.error().message();
        const std::lock_guard<std::mutex> lock(mutex_);
        if (const auto failure = guard_->admit(*post, body, now)) return failure.message();
        unfriend::webhook::event<std::vector<unfriend::webhook::friend_pair>> event;
        if (const auto failure = unfriend::webhook::decode(body, event)) return failure.message();
        for (const auto& pair : event.pairs) print(pair);
        return out_.flush() ? std::string() : std::string("the pairs could not be written");
    }

    void print(const unfriend::webhook::friend_pair& pair) {
        rapidjson::StringBuffer line;
        writer json(line);
        json.StartObject();
        write(json, "from_account", pair.from_account);
        write(json, "to_account", pair.to_account);
        json.EndObject();
        out_ << std::string_view(line.GetString(), line.GetSize()) << '\n';
    }

    static void write(writer& json, const char* name, std::string_view text) {
        json.Key(name);
        json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    }

    const unfriend::webhook::credentials app_;
    std::ostream& out_;
    std::ostream& log_;
    std::mutex mutex_; ///< of the streams and the guard
    std::unique_ptr<unfriend::webhook::replay_guard<>> guard_;
};

} // namespace example
