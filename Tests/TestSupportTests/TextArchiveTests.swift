import Testing

@testable import TestSupport

struct TextArchiveTests {
    @Test func scriptAndFilesAreTakenApart() {
        let archive = TextArchive(parsing: "a\nb\n-- one --\n1\n\n2\n-- sub/two --\n-- three --\n-- no marker\n")
        #expect(archive.comment == "a\nb\n")
        #expect(
            archive.files == [
                .init(path: "one", text: "1\n\n2\n"), .init(path: "sub/two", text: ""),
                .init(path: "three", text: "-- no marker\n"),
            ]
        )
    }

    @Test func linesAreTakenApart() throws {
        let line = try #require(try ScriptLine(parsing: " [!root] [exec:age] ! run a'b c'$D${E}f $ ''", number: 7))
        #expect(line.conditions.map(\.name) == ["root", "exec:age"])
        #expect(line.conditions.map(\.isWanted) == [false, true])
        #expect(line.isNegated)
        #expect(line.words.count == 4)
        #expect(
            line.words[1] == [.literal("a"), .literal("b c"), .variable("D"), .variable("E"), .literal("f")]
        )
        #expect(line.words[2] == [.literal("$")])
        #expect(line.words[3] == [.literal("")])
        #expect(try ScriptLine(parsing: "  # comment", number: 1) == nil)
    }
}
