package import EventLoop
package import ManifestFormat
internal import SecretMemory
package import SecretProviders
internal import Synchronization

/// The questions that every provider has to answer in the same way.
///
/// A provider's tests describe how to bring each situation about; `violations` asks, and says in sentences where the
/// answer is not what the protocol promises. It needs no test library, so that tests of any module can use it.
package struct ProviderContract {
    package enum Situation: String, CaseIterable, Sendable {
        case found, absent, refused, timedOut, malformed, cancelled
    }

    /// A provider, and what to ask it for. The provider's own time limit has to be short for `.timedOut`, and there has
    /// to be none for `.cancelled`, where the answer must never come by itself.
    package struct Question: Sendable {
        package var provider: any SecretProvider
        package var address: SecretAddress

        package init(_ provider: any SecretProvider, _ address: SecretAddress) {
            self.provider = provider
            self.address = address
        }
    }

    /// What no message may hold, and what the situation `.found` gives.
    private let plantedValue: String
    private let loop: EventLoop

    package init(loop: EventLoop, plantedValue: String) {
        self.loop = loop
        self.plantedValue = plantedValue
    }

    /// What is wrong with the answer to a question, in sentences; empty when nothing is.
    package func violations(_ situation: Situation, _ question: Question) -> [String] {
        let planted = plantedValue
        return loop.runBlocking { [loop] in
            let answers = Answers()
            let task = Task(executorPreference: loop) {
                await question.provider.fetch(all: [question.address]) { answers.note($0, $1) }
            }
            if situation == .cancelled {
                // It has to be waiting by then, and may not come to an end by itself.
                await loop.sleep(until: loop.now + .milliseconds(20))
                task.cancel()
            }
            await task.value
            return Self.judge(situation, answers.all, planted)
        }
    }

    private static func judge(
        _ situation: Situation,
        _ answers: [(Int, Result<Lookup, ProviderError>)],
        _ planted: String
    ) -> [String] {
        guard answers.count == 1, answers[0].0 == 0 else {
            return ["\(situation): \(answers.count) answers for one address"]
        }
        switch (situation, answers[0].1) {
        case (.found, .success(.found(let payload))):
            return payload.holds(planted) ? [] : ["found something other than the planted value"]
        case (.absent, .success(.absent(let absence))):
            return flaws(absence.detail, absence.hints, planted)
        case (.refused, .failure(let error)) where [.refused, .commandFailed].contains(error.reason),
            (.timedOut, .failure(let error)) where error.reason == .timedOut,
            (.malformed, .failure(let error)) where error.reason == .malformed,
            (.cancelled, .failure(let error)) where error.reason == .cancelled:
            return flaws(error.message, error.hints, planted)
        case (_, .failure(let error)):
            return ["\(situation): failed as '\(error.reason.rawValue)': \(error.message)"]
        case (_, .success(.found)):
            return ["\(situation): found"]
        case (_, .success(.absent(let absence))):
            return ["\(situation): absent: \(absence.detail)"]
        }
    }

    /// The house's rules for messages.
    private static func flaws(_ message: String, _ hints: [String], _ planted: String) -> [String] {
        ([message] + hints).flatMap { text in
            var flaws: [String] = []
            if text.isEmpty { flaws.append("an empty message") }
            if text.contains(planted) { flaws.append("a message holds the value") }
            if text.hasSuffix(".") { flaws.append("a message ends in a full stop: \(text)") }
            if text.contains("\n") { flaws.append("a message has several lines: \(text)") }
            return flaws
        }
    }

    private final class Answers: Sendable {
        private let answers = Mutex<[(Int, Result<Lookup, ProviderError>)]>([])

        func note(_ index: Int, _ outcome: Result<Lookup, ProviderError>) {
            answers.withLock { $0.append((index, outcome)) }
        }

        var all: [(Int, Result<Lookup, ProviderError>)] { answers.withLock { $0 } }
    }
}

extension SecretPayload {
    fileprivate func holds(_ value: String) -> Bool {
        let expected = Secret(copying: value)
        return switch content {
        case .text(let secret): secret.isEqual(to: expected)
        case .object(let secret):
            (try? JSONValue(parsing: secret))?.members.first?.value.secret().isEqual(to: expected) ?? false
        case .fields(let fields): fields.first?.value.isEqual(to: expected) ?? false
        }
    }
}
