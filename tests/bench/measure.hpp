// One benchmark: some work done again and again, with its time, its bytes and its allocations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "allocation_counter.hpp"

namespace bench {

/// Does `work` for as long as the benchmark runs; it must answer true each time. `bytes`: how many it deals with.
template <class Work>
void measure(benchmark::State& state, std::size_t bytes, Work&& work) {
    if (!work()) {
        state.SkipWithError("the work has another result than it should");
        return;
    }
    bool done = true;
    const std::size_t before = allocations();
    for (const auto iteration : state) {
        static_cast<void>(iteration);
        done = work() && done;
        benchmark::ClobberMemory();
    }
    const std::size_t after = allocations();
    if (!done) state.SkipWithError("the work failed");
    state.counters["allocations"] =
        benchmark::Counter(static_cast<double>(after - before), benchmark::Counter::kAvgIterations);
    if (bytes != 0) state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

template <class Function>
void add(const std::string& name, Function&& function) {
    benchmark::RegisterBenchmark(name.c_str(), std::forward<Function>(function));
}

} // namespace bench
