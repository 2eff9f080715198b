package import SecretMemory

extension SecretExporter {
    /// `::add-mask::` commands for GitHub Actions, which keep the values out of a job's log from then on.
    ///
    /// The file behind `GITHUB_ENV` does not mask what is put into it. These lines are for the step's own output, stdout or
    /// stderr, not for that file. Each line of a value is a command of its own, since the log is masked line by line; blank
    /// lines are left out, and so is what is too short to mask (under 3 bytes).
    package static func gitHubMasks(_ entries: [Entry]) -> SecretBytes {
        var output = SecretBytes()
        for entry in entries {
            entry.value.withBytes { value in
                var start = 0
                for index in 0...value.count
                where index == value.count || value[index] == UInt8(ascii: "\n") || value[index] == UInt8(ascii: "\r") {
                    if index - start >= 3 { output.appendMask(value.extracting(start..<index)) }
                    start = index + 1
                }
            }
        }
        return output
    }
}

extension SecretBytes {
    /// A workflow command's data has `%` written as `%25` (and line ends as `%0D`, `%0A`, of which there are none here).
    fileprivate mutating func appendMask(_ line: Span<UInt8>) {
        append("::add-mask::")
        for index in 0..<line.count {
            if line[index] == UInt8(ascii: "%") { append("%25") } else { append(line[index]) }
        }
        append("\n")
    }
}
