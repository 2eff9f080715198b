internal import Diagnostics
internal import EventLoop
package import ManifestFormat
internal import SecretMemory

/// Gives every variable of a manifest its value.
///
/// All chains are walked at once, each step by step. Whatever is wrong is collected: one variable's failure does not
/// hide another's.
package struct Resolver: Sendable {
    private let manifest: Manifest
    private let registry: ProviderRegistry
    private let context: ProviderContext
    private let timeout: Duration
    private let only: [String]?

    /// What passes in silence.
    private static let patience = Duration.seconds(1)
    /// What a call that was cancelled gets to end, so that programs are reaped.
    private static let grace = Duration.seconds(1)

    /// - Parameter timeout: what all references together may take; time within `loop.pausingDeadlines` does not count.
    /// - Parameter only: the names to resolve and export, with what their templates need; `nil` for all.
    package init(
        _ manifest: Manifest,
        registry: ProviderRegistry,
        context: ProviderContext,
        timeout: Duration = .seconds(30),
        only: [String]? = nil
    ) {
        self.manifest = manifest
        self.registry = registry
        self.context = context
        self.timeout = timeout
        self.only = only
    }

    /// Has to run on the context's loop: `loop.runBlocking { await resolver.resolve() }`.
    package func resolve() async -> Resolution {
        let notes = RunNotes()
        let deadline = context.loop.now + timeout
        let reads = makeReads(notes, until: deadline)
        let timer = Task(executorPreference: context.loop) { [loop = context.loop, timeout] in
            guard await loop.sleep(until: deadline) == .expired else { return }
            reads.end { .outOfTime($0, timeout) }
        }
        let watch = watchProgress(of: reads)
        var resolution = await withTaskCancellationHandler {
            await resolve(reads)
        } onCancel: {
            reads.end { .cancelled($0) }
        }
        timer.cancel()
        await reads.close(grace: Self.grace)
        if let watch {
            watch.cancel()
            await watch.value
        }
        notes.add(to: &resolution)
        return resolution
    }

    /// Shows what is waited for; nothing of a run that is quick.
    private func watchProgress(of reads: SecretReads) -> Task<Void, Never>? {
        guard let show = context.showProgress else { return nil }
        return Task(executorPreference: context.loop) { [loop = context.loop] in
            var pause = Self.patience
            while await loop.sleep(until: loop.now + pause) == .expired {
                show(reads.progress)
                pause = .milliseconds(250)
            }
            show(nil)
        }
    }

    /// The providers of this run note credentials for the resolution, and have their own settings resolved by the same
    /// reads.
    private func makeReads(_ notes: RunNotes, until deadline: Instant) -> SecretReads {
        var context = context
        context.deadline = deadline
        let (noteCredential, withholdVariable) = (context.noteCredential, context.withholdVariable)
        context.noteCredential = { name, secret in
            notes.credential(name, secret)
            noteCredential(name, secret)
        }
        context.withholdVariable = { name in
            notes.withheld(name)
            withholdVariable(name)
        }
        let reads = WeakReads()
        context.resolve = { [manifest] chain throws(ProviderError) in
            // The reads are gone only when the run is over and a provider was left behind.
            guard let reads = reads.value else { return nil }
            return try await ChainWalk(manifest: manifest, reads: reads).setting(chain)
        }
        let made = SecretReads(manifest: manifest, registry: registry, context: context)
        reads.value = made
        return made
    }

    private func resolve(_ reads: SecretReads) async -> Resolution {
        let plan = ResolutionPlan(manifest, only: only)
        var assembly = ResolutionAssembly(manifest: manifest, plan: plan)
        let outcomes = await walk(plan, reads)
        for (index, variable) in manifest.variables.enumerated() where plan.needs(variable.name) {
            assembly.add(variable, outcomes.variables[index])
        }
        for (index, group) in manifest.groups.enumerated() {
            if let result = outcomes.groups[index] {
                assembly.add(group, result)
            }
        }
        return assembly.finish()
    }

    /// In the manifest's order; `nil` for what was not walked.
    private struct Outcomes: Sendable {
        var variables: [ChainWalk.Result<Secret>?]
        var groups: [ChainWalk.Result<[GroupField]>?]
    }

    private enum Outcome: Sendable {
        case variable(Int, ChainWalk.Result<Secret>)
        case group(Int, ChainWalk.Result<[GroupField]>)
    }

    /// All chains at once.
    private func walk(_ plan: ResolutionPlan, _ reads: SecretReads) async -> Outcomes {
        await withTaskGroup(of: Outcome.self) { tasks in
            for (index, variable) in manifest.variables.enumerated() where plan.needs(variable.name) {
                guard case .chain(let chain) = variable.source else { continue }
                let walk = ChainWalk(
                    manifest: manifest,
                    reads: reads,
                    ownName: variable.name,
                    onError: variable.onError
                )
                tasks.addTask { .variable(index, await walk.value(of: variable, chain)) }
            }
            if plan.needsGroups {
                for (index, group) in manifest.groups.enumerated() {
                    let walk = ChainWalk(manifest: manifest, reads: reads, onError: group.onError)
                    tasks.addTask { .group(index, await walk.fields(of: group)) }
                }
            }
            var outcomes = Outcomes(
                variables: manifest.variables.map { _ in nil },
                groups: manifest.groups.map { _ in nil }
            )
            while let outcome = await tasks.next() {
                switch outcome {
                case .variable(let index, let result): outcomes.variables[index] = result
                case .group(let index, let result): outcomes.groups[index] = result
                }
            }
            return outcomes
        }
    }
}
