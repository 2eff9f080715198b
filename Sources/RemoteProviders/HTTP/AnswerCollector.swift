internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import SecretMemory
internal import Synchronization

/// Takes an answer from the network's thread, its body straight into locked memory.
///
/// NIO has read (and BoringSSL decrypted) each part into a buffer of its own in ordinary memory. The part is wiped there
/// as soon as it is copied; what TLS and the parser of headers keep for themselves is out of our reach.
final class AnswerCollector: HTTPClientResponseDelegate {
    typealias Response = HTTPAnswer

    private let byteLimit: Int
    private let state = Mutex(State())

    private struct State: ~Copyable {
        var status = 0
        var headers: [String: String] = [:]
        var body = SecretBytes(capacity: 1024)
    }

    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    func didReceiveHead(task: HTTPClient.Task<HTTPAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard length <= byteLimit else { return task.eventLoop.makeFailedFuture(HTTPFailure.tooLarge) }
        state.withLock { state in
            state.status = Int(head.status.code)
            for (name, value) in head.headers where HTTPAnswer.keptHeaders.contains(name.lowercased()) {
                state.headers[name.lowercased()] = value
            }
            state.body.reserve(length)
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<HTTPAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let isTooLarge = state.withLock { state in
            unsafe buffer.withUnsafeReadableBytes { part in
                guard state.body.count + part.count <= byteLimit else { return true }
                unsafe state.body.append(part)
                return false
            }
        }
        wipe(buffer)
        return isTooLarge
            ? task.eventLoop.makeFailedFuture(HTTPFailure.tooLarge) : task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPAnswer>) throws -> HTTPAnswer {
        state.withLock { state in
            var body = SecretBytes(capacity: 1)
            swap(&body, &state.body)
            return HTTPAnswer(status: state.status, headers: state.headers, body: Secret(body))
        }
    }
}

/// Overwrites the readable bytes where they lie, shared or not.
///
/// A write through the buffer's own interface would copy a shared one first and wipe the copy.
func wipe(_ buffer: ByteBuffer) {
    unsafe buffer.withUnsafeReadableBytes { bytes in
        guard let start = bytes.baseAddress else { return }
        unsafe explicit_bzero(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
}
