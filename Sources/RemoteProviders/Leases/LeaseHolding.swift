internal import EventLoop
internal import SecretMemory
internal import SecretProviders

/// One login and the leases that hang on it.
struct LeaseHolding: Sendable {
    typealias Moment = SuspendingClock.Instant

    struct Entry: Sendable {
        var lease: VaultLease
        /// When it ends unless it is renewed.
        var end: Moment
        /// When it is next asked for more time, or found lost.
        var due: Moment
        /// After its end: the pause before the server is asked again, which a new start waits for.
        var patience: Duration?

        /// A command that is started anew is so before its secrets die, where that moment is known.
        init(_ lease: VaultLease, obtained: Moment, policy: LeaseLossPolicy) {
            self.lease = lease
            end = obtained + lease.duration
            let lastMoment = policy == .restart ? obtained + lease.duration * restartFraction : end
            due = lease.isRenewable ? obtained + lease.duration * renewalFraction : lastMoment
        }
    }

    var client: VaultClient
    var login: VaultLogin
    var policy: LeaseLossPolicy
    var leases: [Entry] = []
    /// When the login's own token is next renewed; `nil` for one that we were given or that can't be.
    private var tokenDue: Moment?
    private var tokenEnd: Moment?

    init(client: VaultClient, login: VaultLogin, policy: LeaseLossPolicy, obtained: Moment) {
        self.client = client
        self.login = login
        self.policy = policy
        if login.method != nil, login.isRenewable, login.duration > .zero {
            tokenEnd = obtained + login.duration
            tokenDue = obtained + login.duration * renewalFraction
        }
    }

    var nextDue: Moment? {
        (leases.map(\.due) + [tokenDue].compactMap(\.self)).min()
    }

    /// Asks for more time for all that is due.
    func renewed(on loop: EventLoop) async -> (LeaseHolding, [LeaseKeeper.Loss]) {
        var renewed = self
        var losses: [LeaseKeeper.Loss] = []
        let client = client(on: loop)
        let now = SuspendingClock().now
        if let due = tokenDue, let end = tokenEnd, due <= now {
            switch await client.renewSelf(login.token) {
            case .renewed(let duration):
                let now = SuspendingClock().now
                renewed.tokenEnd = now + duration
                renewed.tokenDue = nextAttempt(from: now, duration: duration)
            case .failed where now < end:
                renewed.tokenDue = min(end, now + .seconds(1))
            case .failed, .gone:
                // Its leases end with it, and each of them says so.
                renewed.tokenDue = nil
            }
        }
        renewed.leases = []
        for var entry in leases {
            guard entry.due <= now else {
                renewed.leases.append(entry)
                continue
            }
            // One that can't be renewed is asked for all the same before a new start: is there a server to read from?
            let isAsked = entry.lease.isRenewable || policy == .restart
            let renewal = isAsked ? await client.renew(entry.lease, token: login.token) : .gone
            switch renewal {
            case .renewed(let duration) where policy == .restart && duration < entry.lease.duration * exhaustedFraction:
                losses.append(loss(of: entry, "cannot be renewed for long any more"))
            case .renewed(let duration):
                let now = SuspendingClock().now
                entry.due = nextAttempt(from: now, duration: duration)
                entry.end = now + duration
                entry.patience = nil
                renewed.leases.append(entry)
            case .failed where now < entry.end:
                entry.due = min(entry.end, now + .seconds(1))
                renewed.leases.append(entry)
            case .failed where policy == .restart:
                // To end the command would not bring new secrets: it is left alone until there is a server again.
                if entry.patience == nil {
                    losses.append(loss(of: entry, "has ended, and the server does not answer", .warn))
                }
                let pause = min((entry.patience ?? .milliseconds(500)) * 2, .seconds(30))
                entry.patience = pause
                entry.due = now + pause
                renewed.leases.append(entry)
            case .failed, .gone:
                let cause =
                    entry.lease.isRenewable ? "was not renewed by the server" : "has ended and cannot be renewed"
                losses.append(loss(of: entry, cause))
            }
        }
        return (renewed, losses)
    }

    private func loss(of entry: Entry, _ cause: String, _ policy: LeaseLossPolicy? = nil) -> LeaseKeeper.Loss {
        LeaseKeeper.Loss(
            provider: client.service.name,
            path: entry.lease.path,
            policy: policy ?? self.policy,
            message: "the lease of \(client.service.name):\(entry.lease.path) \(cause)"
        )
    }

    /// A lease at its longest is given less and less; what is left is then waited for, not asked for without pause.
    private func nextAttempt(from now: Moment, duration: Duration) -> Moment {
        now + max(duration * renewalFraction, min(duration, .seconds(1)))
    }

    func end(on loop: EventLoop) async {
        let client = client(on: loop)
        if login.method != nil, !login.isBatch {
            await client.revokeSelf(login.token)
            return
        }
        await withTaskGroup(of: Void.self) { group in
            for entry in leases {
                group.addTask { await client.revoke(entry.lease, token: login.token) }
            }
        }
    }

    /// The client, waiting on the loop of the thread that asks now.
    private func client(on loop: EventLoop) -> VaultClient {
        VaultClient(address: client.address, namespace: client.namespace, service: client.service.on(loop))
    }
}

/// Of its time, when a lease is asked to be renewed: late enough to ask seldom, early enough to ask again.
private let renewalFraction = 2.0 / 3
/// Of the time of a lease that can't be renewed, when the command is started anew.
private let restartFraction = 9.0 / 10
/// What a renewal has to give, of the time that the lease had at first, to be worth waiting for.
private let exhaustedFraction = 1.0 / 3
