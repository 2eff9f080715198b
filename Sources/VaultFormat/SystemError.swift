/// The errno of a system call that failed.
struct SystemError: Error {
    let code: Int32
}

/// Does `body`, and gives its failures the form that the caller's callers know.
func translating<Result: ~Copyable, Failure: Error>(
    _ translate: (SystemError) -> Failure,
    _ body: () throws(SystemError) -> Result
) throws(Failure) -> Result {
    do throws(SystemError) {
        return try body()
    } catch {
        throw translate(error)
    }
}
