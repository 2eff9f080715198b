internal import CTestShims
internal import Glibc

/// How a program of a script ended.
package enum StepStatus: Hashable, Sendable, CustomStringConvertible {
    case exited(Int32)
    case killed(Int32)

    init(waitStatus status: Int32) {
        self = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
    }

    package var description: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .killed(let signal): "killed by signal \(signal)"
        }
    }
}

/// What a program is started with.
package struct StepCommand: Sendable {
    package var path: String
    package var arguments: [String]
    package var environment: [(name: String, value: String)]
    package var folder: String

    /// Starts the program in a process group or, on a terminal, a session of its own, under umask 022.
    func start(input: Int32, output: Int32, errors: Int32, controlsTerminal: Bool) throws(StepError) -> pid_t {
        let process = unsafe withStrings(arguments) { arguments in
            unsafe withStrings(environment.map { "\($0.name)=\($0.value)" }) { environment in
                unsafe path.withCString { path in
                    unsafe folder.withCString { folder in
                        var program = unsafe test_program(
                            path: path,
                            arguments: arguments,
                            environment: environment,
                            folder: folder,
                            input: input,
                            output: output,
                            errors: errors,
                            mask: 0o022,
                            controls_terminal: controlsTerminal
                        )
                        return unsafe test_spawn(&program)
                    }
                }
            }
        }
        guard process > 0 else {
            throw unsafe StepError("cannot start \(path): \(String(cString: strerror(-process)))")
        }
        return process
    }
}

package struct StepError: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A program that runs for a step, without a terminal: its input is a file, its output two pipes.
package struct StepProcess: ~Copyable {
    package struct Result: Sendable {
        package var status: StepStatus
        package var output: [UInt8]
        package var errors: [UInt8]
    }

    /// Runs a program to its end and collects what it wrote until then; who holds its pipes longer is not waited for.
    ///
    /// At the deadline the program's whole process group is killed, and so is what is left of the group afterwards.
    ///
    /// - Returns: nil in `result` when the deadline passed; the output up to then is still told.
    package static func run(
        _ command: StepCommand,
        input: String,
        within limit: Duration
    ) throws(StepError) -> (result: Result, isLate: Bool) {
        var outputEnds: [Int32] = [0, 0]
        var errorEnds: [Int32] = [0, 0]
        guard unsafe test_pipe(&outputEnds) == 0, unsafe test_pipe(&errorEnds) == 0 else {
            throw StepError("cannot make a pipe")
        }
        defer { [outputEnds[0], errorEnds[0]].forEach { close($0) } }
        let inputFile = unsafe open(input, O_RDONLY | O_CLOEXEC)
        guard inputFile >= 0 else {
            [outputEnds[1], errorEnds[1]].forEach { close($0) }
            throw StepError("cannot open \(input) as standard input")
        }
        let process: pid_t
        do {
            defer { [inputFile, outputEnds[1], errorEnds[1]].forEach { close($0) } }
            process = try command.start(
                input: inputFile,
                output: outputEnds[1],
                errors: errorEnds[1],
                controlsTerminal: false
            )
        }
        var reader = StreamReader(descriptors: [outputEnds[0], errorEnds[0]], process: process)
        let ended = reader.readUntilEnd(within: limit)
        let status = reap(process, killing: !ended)
        return (
            Result(status: status, output: reader.collected[0], errors: reader.collected[1]),
            isLate: !ended
        )
    }
}

/// Ends what is left of a program's process group and collects its status.
func reap(_ process: pid_t, killing: Bool) -> StepStatus {
    if killing { kill(-process, SIGKILL) }
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    kill(-process, SIGKILL)
    return StepStatus(waitStatus: status)
}

/// Collects what a process writes to several descriptors until it ends.
struct StreamReader: ~Copyable {
    let descriptors: [Int32]
    private let processDescriptor: Int32
    private(set) var collected: [[UInt8]]
    private var isOpen: [Bool]
    private(set) var hasEnded = false

    init(descriptors: [Int32], process: pid_t) {
        self.descriptors = descriptors
        processDescriptor = test_process_descriptor(process)
        collected = descriptors.map { _ in [] }
        isOpen = descriptors.map { _ in true }
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }

    deinit {
        close(processDescriptor)
    }

    /// - Returns: false when the limit passed first.
    mutating func readUntilEnd(within limit: Duration) -> Bool {
        readUntil(within: limit) { _ in false }
        return hasEnded
    }

    /// Reads until the process ended, the limit passed, or `isEnough` said so about what was collected.
    mutating func readUntil(within limit: Duration, isEnough: ([[UInt8]]) -> Bool) {
        let deadline = ContinuousClock.now + limit
        while !hasEnded, !isEnough(collected) {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return }
            var polled = [pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0)]
            for index in descriptors.indices where isOpen[index] {
                polled.append(pollfd(fd: descriptors[index], events: Int16(POLLIN), revents: 0))
            }
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            _ = unsafe poll(&polled, nfds_t(polled.count), Int32(clamping: milliseconds))
            // Whether it ended is asked before the last reading, so that nothing written before the end is missed.
            let ended = polled[0].revents != 0
            for index in descriptors.indices where isOpen[index] { drain(index) }
            hasEnded = ended
        }
    }

    private mutating func drain(_ index: Int) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(descriptors[index], &buffer, buffer.count)
            if count > 0 {
                collected[index] += buffer[..<count]
            } else {
                // EIO is how a terminal's master says that the other side is closed.
                if count == 0 || errno != EAGAIN && errno != EINTR { isOpen[index] = false }
                return
            }
        }
    }
}

/// Lends the strings as a C array that ends in NULL.
private func withStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
    var pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe body(&pointers)
}
