/// Recognises the sequences by which programs colour and move: byte for byte, from the ESC on.
///
/// ECMA-48: CSI (`ESC [`, parameters, a final byte); OSC, DCS, SOS, PM and APC (up to BEL or ST); `ESC` with
/// intermediates and a final byte, as for character sets.
struct ControlSequence {
    enum Step {
        case inside, complete
        /// It was none: the bytes so far are text.
        case invalid
    }

    private enum State {
        case none, escape, intermediate, control, string, stringEscape
    }

    private var state = State.none
    private var count = 0

    /// In bytes. What is longer is no sequence: a terminal would have given up too.
    static let longest = 4096

    var isActive: Bool { state != .none }

    /// An ESC inside a string was read: it ends the string, or starts a sequence of its own.
    var isAtStringEscape: Bool { state == .stringEscape }

    /// The ESC was read.
    mutating func begin() {
        state = .escape
        count = 1
    }

    mutating func read(_ byte: UInt8) -> Step {
        let step = advance(byte)
        count += 1
        guard step == .inside, count < Self.longest else {
            state = .none
            return step == .complete ? .complete : .invalid
        }
        return .inside
    }

    private mutating func advance(_ byte: UInt8) -> Step {
        switch state {
        case .none: return .invalid
        case .escape:
            switch byte {
            case UInt8(ascii: "["): state = .control
            case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
                state = .string
            case 0x20...0x2F: state = .intermediate
            case 0x30...0x7E: return .complete
            default: return .invalid
            }
            return .inside
        case .intermediate:
            switch byte {
            case 0x20...0x2F: return .inside
            case 0x30...0x7E: return .complete
            default: return .invalid
            }
        case .control:
            switch byte {
            case 0x20...0x3F: return .inside
            case 0x40...0x7E: return .complete
            default: return .invalid
            }
        case .string:
            switch byte {
            case 0x07: return .complete
            case .escape: state = .stringEscape
            case 0x0A, 0x0D: return .invalid
            default: break
            }
            return .inside
        case .stringEscape:
            return byte == UInt8(ascii: "\\") ? .complete : .invalid
        }
    }
}
