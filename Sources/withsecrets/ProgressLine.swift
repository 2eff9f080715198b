internal import CProcessShims
internal import Diagnostics
internal import Glibc
internal import SecretProviders
internal import Synchronization

/// One line at the terminal that says what is waited for, and is gone without a trace afterwards.
///
/// It is never the last line of anything: whoever else writes erases it first. Nothing is shown where stderr is no
/// terminal, where the terminal cannot erase a line, or while another job is in its foreground.
final class ProgressLine: Sendable {
    private let shown = Mutex<[UInt8]>([])

    init?() {
        guard isatty(STDERR_FILENO) == 1, let kind = Surroundings.variable("TERM"), kind != "dumb" else { return nil }
    }

    /// `nil` erases it.
    func show(_ progress: ResolvingProgress?, mask: MessageMask) {
        guard let progress, tcgetpgrp(STDERR_FILENO) == getpgrp() else { return erase() }
        let text = mask.mask(Array(words(for: progress).utf8))
        // One column stays free: a full line would make some terminals scroll.
        let line = Array(String(decoding: text, as: UTF8.self).prefix(columns - 1).utf8)
        shown.withLock { shown in
            guard shown != line else { return }
            shown = line
            _ = write(Array("\r".utf8) + line + Self.eraseToEnd, to: STDERR_FILENO)
        }
    }

    func erase() {
        shown.withLock { shown in
            guard !shown.isEmpty else { return }
            shown = []
            _ = write(Array("\r".utf8) + Self.eraseToEnd, to: STDERR_FILENO)
        }
    }

    private func words(for progress: ResolvingProgress) -> String {
        let names = progress.providers.map { printable($0) }.joined(separator: ", ")
        let secrets = count(progress.openCount, "secret")
        return "withsecrets: waiting for \(names) (\(secrets), \(progress.elapsed.components.seconds) s)"
    }

    private var columns: Int {
        var size = ws_window_size()
        guard unsafe ws_window_size(STDERR_FILENO, &size) == 0, size.columns > 1 else { return 80 }
        return Int(size.columns)
    }

    /// EL (ECMA-48 §8.3.41).
    private static let eraseToEnd = Array("\u{1B}[K".utf8)
}
