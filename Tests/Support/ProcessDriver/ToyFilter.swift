internal import ProcessLaunch

/// The simplest masker: one secret, whose every whole occurrence becomes `***`; without one, what comes in goes out.
final class ToyFilter: OutputFilter {
    private let secret: [UInt8]
    private var held: [UInt8] = []

    init(_ secret: String?) {
        self.secret = Array((secret ?? "").utf8)
    }

    /// At most 3 bytes, as the masker has it.
    var holdsReleasable: Bool { !held.isEmpty && held.count <= 3 }

    func consume(_ input: Span<UInt8>, emit: (Span<UInt8>) -> Void) {
        guard !secret.isEmpty else { return emit(input) }
        var output: [UInt8] = []
        for index in input.indices {
            held.append(input[index])
            while !held.isEmpty, !secret.starts(with: held) {
                output.append(held.removeFirst())
            }
            if held == secret {
                output += Array("***".utf8)
                held = []
            }
        }
        emit(output.span)
    }

    func releaseIdle(emit: (Span<UInt8>) -> Void) {
        emit(held.span)
        held = []
    }

    func finish(emit: (Span<UInt8>) -> Void) {
        let last = held.count > 3 ? Array("***".utf8) : held
        emit(last.span)
        held = []
    }
}
