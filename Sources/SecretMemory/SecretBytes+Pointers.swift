/// For C functions that take `unsigned char *`: the address is never null, even of no bytes.
extension SecretBytes {
    package borrowing func withUnsafePointer<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafePointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBytes { (buffer) throws(Failure) in
            try unsafe body(buffer.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
    }

    package mutating func withUnsafeMutablePointer<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutablePointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeMutableBytes { (buffer) throws(Failure) in
            try unsafe body(buffer.baseAddress!.assumingMemoryBound(to: UInt8.self))
        }
    }
}
