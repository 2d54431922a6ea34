// The memory of a polled call, which its transport may outlive.
#pragma once

#include <new>
#include <string> // std::allocator_traits
#include <utility>

#include "unfriend/call/operation.hpp"
#include "unfriend/http/completion.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A call together with the mailbox that its answer comes to. Owned by the `pending_call` and the completions.
template <class Channel, class Workspace, class Allocator>
class call_state : public mailbox {
    using traits = typename std::allocator_traits<Allocator>::template rebind_traits<call_state>;
    using allocator_type = typename traits::allocator_type;
    using pointer = typename traits::pointer;

public:
    /// Throws what the allocator does.
    static call_state* make(const Allocator& allocator, Channel& channel) {
        allocator_type from(allocator);
        const pointer place = traits::allocate(from, 1);
        return ::new (static_cast<void*>(&*place)) call_state(from, place, channel);
    }

    Workspace memory;
    operation<Channel> call;

private:
    call_state(const allocator_type& from, pointer place, Channel& channel) noexcept
        : mailbox(destroy), call(channel, memory), from_(from), place_(place) {}
    ~call_state() = default;

    static void destroy(mailbox& box) noexcept {
        auto& state = static_cast<call_state&>(box);
        allocator_type from(std::move(state.from_));
        const pointer place = state.place_;
        state.~call_state();
        traits::deallocate(from, place, 1);
    }

    allocator_type from_;
    pointer place_;
};

}}} // namespace unfriend::v0_2::detail
