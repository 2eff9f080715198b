package import AgeFormat
package import Diagnostics

/// Why a vault file gave no value, or could not be changed.
///
/// `outcome` says which of a chain's three outcomes it is.
package struct VaultError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// There is no file.
        case noFile
        /// The file is there, and nothing was offered that could open it.
        case nothingOffered(looked: [KeySearch])
        case noKeyFits(looked: [KeySearch])
        case wrongPassphrase(KeySource)
        /// The prompt was left without an answer.
        case promptRefused
        /// Nobody may try before `seconds` have passed.
        case tooManyAttempts(seconds: Int)
        /// An identity or passphrase that was named, or stands where we look, and cannot be used.
        case brokenSource(KeySource, SourceFault)
        /// The MAC does not fit. The names are those whose values are not what was written; none where it cannot be told.
        case tampered(entries: [String])
        /// The data key is not the one that was pinned.
        case wrongPin(actual: String)
        /// The data key is not the one that this vault, or the file in this place, had when it was seen here before.
        case otherDataKey
        /// A later generation was seen here before.
        case rolledBack(generation: UInt64, seen: UInt64)
        /// The user was asked, and did not say yes.
        case declined
        case malformed([VaultProblem])
        case notYAML(Diagnostics)
        /// A file of a later version of this program.
        case newerFormat
        case conflictMarkers(line: Int)
        case notAFile
        case tooLarge
        /// A key of the file cannot be opened by anybody: its age file is broken.
        case brokenAgeKey(AgeError)
        case notEnoughMemory(byteCount: Int)
        /// The run's time was over before all passphrase keys were tried.
        case outOfTime
        case noSuchSecret(suggestion: String?)
        case noSuchVersion(known: [UInt64])
        case invalidName
        case invalidText
        case exists
        case lastKey
        case noSuchKey
        case tooManyKeys(limit: Int)
        case invalidRecipient(AgeError)
        /// These passphrase keys cannot be sealed again without their passphrases. Numbers as `keys list` shows them.
        case passphrasesNeeded(keys: [Int])
        case mergeConflicts([MergeConflict])
        case differentVaults
        case locked
        /// A system call failed; `inPlace` tells which file is there now.
        case system(FileAim, code: Int32, inPlace: FileInPlace?)
    }

    package var reason: Reason
    /// The file, as the user would name it.
    package var path: String
    /// The secret that it is about.
    package var name: String?

    package init(_ reason: Reason, path: String, name: String? = nil) {
        self.reason = reason
        self.path = path
        self.name = name
    }

    package enum SourceFault: Error, Hashable, Sendable {
        case absent
        case readableByOthers(mode: UInt32)
        case notAFile
        case tooLarge
        case unreadable(code: Int32)
        case empty
        case age(AgeError)
        case cannotPrompt
    }

    package enum FileAim: String, Hashable, Sendable {
        case open, read, lock, create, write, sync, replace, syncFolder, makeFolder, status
    }

    package enum FileInPlace: Hashable, Sendable {
        case old, new
    }
}

extension VaultError {
    /// What this means for a chain of references.
    package enum Outcome: Hashable, Sendable {
        case absent
        /// Absent, and the user is warned that this step was passed over.
        case passedOver
        case failed
    }

    package var outcome: Outcome {
        switch reason {
        case .noFile, .noSuchSecret, .noSuchVersion: .absent
        case .nothingOffered: .passedOver
        default: .failed
        }
    }
}
