package import ManifestFormat

/// One line of the audit log: who asked for what, where it was looked for, and what came of it.
///
/// Never a value, never arguments: the initializer takes references and a program's path, and keeps of both what may be
/// shown.
package struct AuditRecord: Hashable, Sendable {
    package var time: AuditTime
    package var operation: Operation
    package var user: String
    package var pid: Int32
    /// The command's name without its folder, `nil` where no command is run.
    package var command: String?
    package var variable: String?
    package var provider: String?
    /// A reference as it may be shown: of `exec` the program alone.
    package var reference: String?
    package var outcome: Outcome
    package var milliseconds: Int?

    /// What withsecrets was doing; a newer version may know more.
    package struct Operation: RawRepresentable, Hashable, Sendable {
        package var rawValue: String

        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        package static let run = Operation(rawValue: "run")
        package static let get = Operation(rawValue: "get")
        package static let export = Operation(rawValue: "export")
        package static let check = Operation(rawValue: "check")
        package static let explain = Operation(rawValue: "explain")
        package static let redact = Operation(rawValue: "redact")
        package static let scan = Operation(rawValue: "scan")
        package static let unlock = Operation(rawValue: "unlock")
        package static let vaultGet = Operation(rawValue: "vault get")
        package static let vaultSet = Operation(rawValue: "vault set")
        package static let vaultRemove = Operation(rawValue: "vault rm")
        package static let vaultEdit = Operation(rawValue: "vault edit")
        package static let vaultImport = Operation(rawValue: "vault import")
        package static let vaultExport = Operation(rawValue: "vault export")
        package static let vaultRotate = Operation(rawValue: "vault rotate")
        package static let vaultKeys = Operation(rawValue: "vault keys")
        package static let vaultHistory = Operation(rawValue: "vault history")
        package static let vaultVerify = Operation(rawValue: "vault verify")
        package static let vaultMerge = Operation(rawValue: "vault merge")

        /// The first record of a file that goes on where an older file ended.
        static let rotate = Operation(rawValue: "rotate")
        /// The record in place of a line that a writer did not finish.
        static let recover = Operation(rawValue: "recover")
    }

    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case found, absent, failed
        /// An operation that finds nothing, such as `vault set`, and went well.
        case done
    }
}

/// Who writes records: the parts that all records of one process share.
package struct AuditActor: Hashable, Sendable {
    package var user: String
    package var pid: Int32
    package var command: String?

    /// - Parameter commandPath: the program that is run, as typed; only its last component is kept.
    package init(user: String, pid: Int32, commandPath: String?) {
        self.user = user
        self.pid = pid
        command = commandPath.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    }
}

extension AuditRecord {
    /// - Parameter provider: who was asked, where no reference tells.
    package init(
        _ operation: Operation,
        by actor: AuditActor,
        variable: String? = nil,
        reference: SecretReference? = nil,
        provider: String? = nil,
        outcome: Outcome,
        duration: Duration? = nil,
        at time: AuditTime = .now
    ) {
        self.time = time
        self.operation = operation
        user = actor.user
        pid = actor.pid
        command = actor.command
        self.variable = variable
        self.provider = provider ?? reference?.address.provider
        self.reference = reference?.description
        self.outcome = outcome
        milliseconds = duration.map { Int($0 / .milliseconds(1)) }
    }
}
