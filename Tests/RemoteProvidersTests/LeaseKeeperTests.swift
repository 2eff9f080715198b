import EventLoop
import Glibc
import ManifestFormat
import SecretProviders
import Synchronization
import Testing

@testable import RemoteProviders

@Suite(.timeLimit(.minutes(15)))
struct LeaseKeeperTests {
    private static let approle = [
        "auth.method": "approle", "auth.role_id": "role-1", "auth.secret_id": "ref:SECRET_ID",
    ]

    private func test(_ server: FakeServer, _ environment: [String: String] = [:]) -> RemoteTest {
        RemoteTest(
            environment: ["VAULT_ADDR": server.address].merging(environment) { $1 },
            references: ["SECRET_ID": "secret-id-1"]
        )
    }

    /// Waits for what the server was asked.
    private func wait(for server: FakeServer, _ condition: ([SeenRequest]) -> Bool) throws -> Bool {
        for _ in 0..<400 {
            if condition(try server.log()) { return true }
            usleep(25_000)
        }
        return false
    }

    @Test func withoutLeasesThereIsNothingToDo() throws {
        let server = try FakeServer("fake_vault.py")
        let test = test(server, ["VAULT_TOKEN": "root-token"])
        _ = test.fetch(test.configuration(.vault), "secret/app")
        #expect(!test.session.leases.hasWork)
        test.session.leases.start { _ in Issue.record("nothing can be lost") }
        test.session.leases.endAll()
    }

    @Test func leasesAreRenewedAndEndWithOurLogin() throws {
        let server = try FakeServer("fake_vault.py", "--short-leases")
        let test = test(server)
        let configuration = test.configuration(.vault, Self.approle)
        #expect(test.fetch(configuration, "aws/creds/dev").failure == nil)
        test.finishReads()
        #expect(test.session.leases.hasWork)
        #expect(try server.log().allSatisfy { !$0.path.hasSuffix("revoke-self") })
        test.session.leases.start { Issue.record("lost: \($0.message)") }
        #expect(
            try wait(for: server) { log in
                log.count { $0.path == "/v1/sys/leases/renew" } >= 2 && log.contains { $0.path.hasSuffix("renew-self") }
            }
        )
        test.session.leases.endAll()
        #expect(!test.session.leases.hasWork)
        #expect(try server.log().count { $0.path.hasSuffix("revoke-self") } == 1)
    }

    @Test func leasesOfATokenThatWeWereGivenAreRevokedThemselves() throws {
        let server = try FakeServer("fake_vault.py")
        let test = test(server, ["VAULT_TOKEN": "root-token"])
        #expect(test.fetch(test.configuration(.vault), "aws/creds/dev").failure == nil)
        // As after a command that could not be started: nobody called `start`.
        test.session.leases.endAll()
        let log = try server.log()
        #expect(log.count { $0.path == "/v1/sys/leases/revoke" } == 1)
        #expect(log.allSatisfy { !$0.path.hasSuffix("revoke-self") })
    }

    @Test(arguments: [("dev-lost", "was not renewed by the server"), ("dev-fixed", "has ended and cannot be renewed")])
    func aLostLeaseIsReportedOnce(_ role: String, _ cause: String) throws {
        let server = try FakeServer("fake_vault.py", "--short-leases")
        let test = test(server, ["VAULT_TOKEN": "root-token"])
        let configuration = test.configuration(.vault, ["on_lease_loss": "stop"])
        #expect(test.fetch(configuration, "aws/creds/\(role)").failure == nil)
        let losses = Losses()
        test.session.leases.start { loss in losses.all.withLock { $0.append(loss) } }
        for _ in 0..<400 where losses.all.withLock({ $0.isEmpty }) {
            usleep(25_000)
        }
        let expected = LeaseKeeper.Loss(
            provider: "vault",
            path: "aws/creds/\(role)",
            policy: .stop,
            message: "the lease of vault:aws/creds/\(role) \(cause)"
        )
        #expect(losses.all.withLock { $0 } == [expected])
        test.session.leases.endAll()
    }

    private final class Losses: Sendable {
        let all = Mutex<[LeaseKeeper.Loss]>([])
    }

    @Test func aServerThatHangsHoldsNobodyUp() throws {
        let server = try FakeServer("fake_vault.py")
        let test = test(server, ["VAULT_TOKEN": "root-token"])
        #expect(test.fetch(test.configuration(.vault), "aws/creds/dev-contract").failure == nil)
        #expect(test.session.leases.hasWork)
        let start = SuspendingClock().now
        kill(server.pid, SIGSTOP)
        test.session.leases.endAll(within: .milliseconds(300))
        kill(server.pid, SIGCONT)
        #expect(SuspendingClock().now - start < .seconds(2))
    }
}
