internal import CYAML
internal import Diagnostics

/// What libyaml tells of a document, without the parts that a tree has no use for.
struct Event {
    enum Kind {
        case documentStart(hasTagDirective: Bool)
        case documentEnd
        case alias(String)
        case scalar(String, YAMLNode.Style)
        case sequenceStart
        case mappingStart
        case collectionEnd
    }

    var kind: Kind
    var anchor: String?
    /// As libyaml resolves it: `!var` stays, `!!str` is `tag:yaml.org,2002:str`.
    var tag: String?
    var location: Diagnostic.Location
}

/// libyaml's parser: bytes in, events out.
@safe final class EventParser {
    // libyaml keeps pointers into the struct, so it must not move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String
    private let isInitialized: Bool

    init(file: String) {
        self.file = file
        unsafe parser = .allocate(capacity: 1)
        isInitialized = unsafe yaml_parser_initialize(parser) == 1
    }

    deinit {
        if isInitialized { unsafe yaml_parser_delete(parser) }
        unsafe parser.deallocate()
    }

    /// Sets the text, which has to stay where it is while events are read.
    @unsafe func setInput(_ bytes: UnsafeRawBufferPointer) {
        guard isInitialized else { return }
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // UTF-8 that was announced is not looked at for a byte order mark.
        let mark = unsafe bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        unsafe yaml_parser_set_input_string(parser, start.map { unsafe $0 + mark }, bytes.count - mark)
    }

    /// The next event, `nil` at the end of the text.
    func next() throws(YAMLError) -> Event? {
        guard isInitialized else { throw YAMLError(.outOfMemory, at: location(yaml_mark_t())) }
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
            defer { unsafe yaml_event_delete(&event) }
            switch unsafe event.type {
            case YAML_STREAM_START_EVENT: continue
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return nil
            default: return unsafe translate(event)
            }
        }
    }

    private func translate(_ event: yaml_event_t) -> Event {
        let location = unsafe location(event.start_mark)
        let data = unsafe event.data
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT:
            let directives = unsafe data.document_start.tag_directives
            let hasTagDirective = unsafe directives.start != directives.end
            return Event(kind: .documentStart(hasTagDirective: hasTagDirective), location: location)
        case YAML_DOCUMENT_END_EVENT:
            return Event(kind: .documentEnd, location: location)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(unsafe text(data.alias.anchor) ?? ""), location: location)
        case YAML_SCALAR_EVENT:
            let scalar = unsafe data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return Event(
                kind: .scalar(unsafe String(decoding: bytes, as: UTF8.self), unsafe style(scalar.style)),
                anchor: unsafe text(scalar.anchor),
                tag: unsafe text(scalar.tag),
                location: location
            )
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe data.sequence_start
            let tag = unsafe text(start.tag)
            return Event(kind: .sequenceStart, anchor: unsafe text(start.anchor), tag: tag, location: location)
        case YAML_MAPPING_START_EVENT:
            let start = unsafe data.mapping_start
            let tag = unsafe text(start.tag)
            return Event(kind: .mappingStart, anchor: unsafe text(start.anchor), tag: tag, location: location)
        default:
            return Event(kind: .collectionEnd, location: location)
        }
    }

    /// Bytes over 0x7F in double-quoted escapes are the only ones not checked before: `\uD800` is refused by libyaml.
    private func text(_ characters: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe characters.map { unsafe String(cString: $0) }
    }

    private func style(_ style: yaml_scalar_style_t) -> YAMLNode.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private func location(_ mark: yaml_mark_t) -> Diagnostic.Location {
        Diagnostic.Location(file: file, line: mark.line + 1, column: mark.column + 1)
    }

    private var failure: YAMLError {
        guard let problem = unsafe parser.pointee.problem else {
            return YAMLError(.outOfMemory, at: location(unsafe parser.pointee.mark))
        }
        let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) }
        let reason = YAMLError.Reason.syntax(
            unsafe String(cString: problem),
            context: context,
            contextLine: context == nil ? nil : unsafe parser.pointee.context_mark.line + 1
        )
        return YAMLError(reason, at: location(unsafe parser.pointee.problem_mark))
    }
}
