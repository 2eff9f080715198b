internal import Glibc
internal import Synchronization
import Testing

@testable import EventLoop

@Suite(.timeLimit(.minutes(15)))
struct EventLoopTests {
    private struct Refusal: Error, Hashable {}

    @Test func givesBackWhatTheBodyReturnsOrThrows() {
        let loop = EventLoop()
        #expect(loop.runBlocking { 42 } == 42)
        #expect(throws: Refusal()) {
            try loop.runBlocking { () throws(Refusal) -> Int in throw Refusal() }
        }
    }

    @Test func runsAllTasksOnTheCallersThread() {
        let loop = EventLoop()
        let caller = ThreadID()
        let strangers = loop.runBlocking {
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        await Task.yield()
                        return ThreadID() != caller
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        #expect(strangers == 0)
    }

    @Test func timersEndInTheOrderOfTheirDeadlines() {
        let loop = EventLoop()
        let order = Recorder<Int>()
        let start = SuspendingClock().now
        loop.runBlocking {
            let now = loop.now
            await withTaskGroup { group in
                for milliseconds in [30, 10, 20] {
                    group.addTask {
                        await loop.sleep(until: now + .milliseconds(milliseconds))
                        order.note(milliseconds)
                    }
                }
            }
        }
        #expect(order.all == [10, 20, 30])
        #expect(SuspendingClock().now - start >= .milliseconds(30))
    }

    @Test func aDescriptorWakesItsWaiter() throws {
        let loop = EventLoop()
        let pipe = try Pipe()
        let wakeups = loop.runBlocking {
            async let wakeup = loop.readable(pipe.readingEnd)
            await Task.yield()
            pipe.write(1)
            return (await wakeup, await loop.readable(pipe.readingEnd, until: loop.now))
        }
        #expect(wakeups == (.ready, .ready))
    }

    @Test func aSilentDescriptorLetsTheDeadlinePass() throws {
        let loop = EventLoop()
        let pipe = try Pipe()
        #expect(
            loop.runBlocking { await loop.readable(pipe.readingEnd, until: loop.now + .milliseconds(5)) } == .expired
        )
    }

    @Test(arguments: [true, false])
    func aCancelledTaskStopsWaiting(beforeItWaits: Bool) throws {
        let loop = EventLoop()
        let pipe = try Pipe()
        let wakeup = loop.runBlocking {
            let task = Task(executorPreference: loop) { await loop.readable(pipe.readingEnd) }
            if !beforeItWaits {
                await Task.yield()
            }
            task.cancel()
            return await task.value
        }
        #expect(wakeup == .cancelled)
    }

    @Test func anotherThreadWakesTheLoop() {
        let loop = EventLoop()
        let value = loop.runBlocking {
            await withCheckedContinuation { continuation in
                // The default executor's threads are as foreign to the loop as a network library's.
                Task.detached {
                    continuation.resume(returning: 7)
                }
            }
        }
        #expect(value == 7)
    }

    @Test func aPauseMovesAllDeadlines() {
        let loop = EventLoop()
        let remaining = loop.runBlocking {
            let deadline = loop.now + .milliseconds(20)
            let before = loop.now
            loop.pausingDeadlines {
                loop.pausingDeadlines {
                    _ = usleep(60_000)
                }
            }
            let lost = loop.now - before
            return (lost, deadline - loop.now)
        }
        #expect(remaining.0 < .milliseconds(20))
        #expect(remaining.1 > .zero)
    }

    @Test func noDeadlinePassesDuringAPause() {
        let loop = EventLoop()
        let order = loop.runBlocking {
            let order = Recorder<String>()
            let (started, ended) = (Promise<Void>(), Promise<Void>())
            let pause = Task(executorPreference: loop) {
                await loop.pausingDeadlines {
                    started.fulfill(())
                    _ = await ended.value
                    order.note("pause")
                }
            }
            _ = await started.value
            let deadline = loop.now + .milliseconds(1)
            let timer = Task(executorPreference: loop) {
                await loop.sleep(until: deadline)
                order.note("timer")
            }
            // A descriptor's wait is no deadline: the loop turns while its time stands still.
            for _ in 0..<20 {
                usleep(500)
                await Task.yield()
            }
            ended.fulfill(())
            await pause.value
            await timer.value
            return order.all
        }
        #expect(order == ["pause", "timer"])
    }

    @Test func aPromiseReachesAllWhoWait() {
        let loop = EventLoop()
        let values = loop.runBlocking {
            let promise = Promise<Int>()
            async let first = promise.value
            async let second = promise.value
            let cancelled = Task(executorPreference: loop) { await promise.value }
            cancelled.cancel()
            let none = await cancelled.value
            await Task.yield()
            let wasFirst = promise.fulfill(3)
            let wasSecond = promise.fulfill(4)
            #expect(wasFirst && !wasSecond)
            return [await first, await second, await promise.value, none]
        }
        #expect(values == [3, 3, 3, nil])
    }
}

private final class Recorder<Entry: Sendable>: Sendable {
    private let entries = Mutex<[Entry]>([])

    func note(_ entry: Entry) {
        entries.withLock { $0.append(entry) }
    }

    var all: [Entry] { entries.withLock { $0 } }
}

/// The thread that made it.
private struct ThreadID: Equatable, Sendable {
    private let id = UInt(pthread_self())
}

private struct Pipe: Sendable {
    let readingEnd: Int32
    private let writingEnd: Int32

    struct Failure: Error {}

    init() throws(Failure) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw Failure() }
        (readingEnd, writingEnd) = (ends[0], ends[1])
    }

    func write(_ byte: UInt8) {
        var byte = byte
        unsafe _ = Glibc.write(writingEnd, &byte, 1)
    }
}
