internal import ArgumentParser
internal import Auditing
internal import Diagnostics

/// `withsecrets audit stats`: how often what came of what.
struct AuditStatsCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Counts by provider, name and outcome.",
        discussion: """
            --prometheus writes the counts of the whole log, and whether its chain holds, for node_exporter's textfile collector.

            EXAMPLES:
              withsecrets audit stats
              withsecrets audit stats --since 30d --outcome failed
              withsecrets audit stats --prometheus /var/lib/node_exporter/withsecrets.prom
            """
    )

    @Flag(help: "Print JSON; docs/json.md has the shape.")
    var json = false

    @Option(help: ArgumentHelp("Write a file for node_exporter's textfile collector instead.", valueName: "path"))
    var prometheus: String?

    @OptionGroup var filter: AuditFilterOptions
    @OptionGroup var audit: AuditOptions

    func perform() -> Int32 {
        audit.performing { file, terminal throws(Failure) in
            let filter = try filter.filter()
            let statistics = try reading { () throws(AuditError) in try file.statistics(matching: filter) }
            if let prometheus {
                try reading { () throws(AuditError) in
                    let isIntact = try file.verify().isIntact
                    try statistics.writePrometheusFile(to: prometheus, isIntact: isIntact)
                }
            } else {
                let text = json ? statistics.json : statistics.text
                terminal.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            }
            return ExitCode.success
        }
    }
}
