// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target is compiled with; docs/architecture.md says why.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    // A release is also built with compilers that know more warnings.
    .treatAllWarnings(as: .error, .when(configuration: .debug)),
]

let cSettings: [CSetting] = [
    .define("_GNU_SOURCE"), .treatAllWarnings(as: .error, .when(configuration: .debug)),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies,
        exclude: exclude,
        swiftSettings: settings
    )
}

/// A program that tests run.
func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/Support/\(name)",
        swiftSettings: settings
    )
}

/// Fuzz entry points, where they are asked for; CONTRIBUTING.md says how to run them.
func fuzzers(_ names: [String: [Target.Dependency]]) -> [Target] {
    guard Context.environment["WITHSECRETS_FUZZ"] != nil else { return [] }
    let targets: [Target] = names.sorted { $0.key < $1.key }.map { name, dependencies in
        .executableTarget(
            name: name,
            dependencies: ["FuzzTarget"] + dependencies,
            path: "Tests/Fuzz/\(name)",
            exclude: ["Seeds"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])],
            // libFuzzer brings a main of its own; ours comes first and calls its loop.
            linkerSettings: [.unsafeFlags(["-use-ld=lld", "-Xlinker", "--allow-multiple-definition"])]
        )
    }
    return [.target(name: "FuzzTarget", path: "Tests/Fuzz/FuzzTarget", swiftSettings: settings)] + targets
}

let package = Package(
    name: "withsecrets",
    products: [
        .executable(name: "withsecrets", targets: ["withsecrets"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    ],
    targets: [
        .executableTarget(
            name: "withsecrets",
            dependencies: [
                "Diagnostics", "SecretMemory", "ManifestFormat", "SecretProviders", "VaultFormat", "OutputMasking",
                "ProcessLaunch", "EventLoop", "CProcessShims", "Auditing", "ManifestMigration", "SecretExport",
                "YAMLTree", "RemoteProviders",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        module("Diagnostics"),
        module("SecretMemory", ["CSodium"]),
        module("YAMLTree", ["CYAML", "Diagnostics"]),
        module("EventLoop", ["CProcessShims"]),
        module("ManifestFormat", ["Diagnostics", "SecretMemory", "YAMLTree", "CPatterns", "CSodium"]),
        module(
            "SecretProviders",
            [
                "Diagnostics", "SecretMemory", "ManifestFormat", "VaultFormat", "EventLoop", "ProcessLaunch",
                "CProcessShims",
            ]
        ),
        module("AgeFormat", ["Diagnostics", "SecretMemory", "CSodium"]),
        module(
            "VaultFormat",
            ["AgeFormat", "Diagnostics", "SecretMemory", "YAMLTree", "CSodium", "CProcessShims"]
        ),
        module("OutputMasking", ["CByteSearch", "Diagnostics", "SecretMemory"]),
        module("ProcessLaunch", ["CProcessShims", "Diagnostics", "SecretMemory"]),
        module(
            "RemoteProviders",
            [
                "Diagnostics", "SecretMemory", "ManifestFormat", "SecretProviders", "EventLoop", "CProcessShims",
                "CSignatures", "CSodium",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        module("Auditing", ["Diagnostics", "ManifestFormat", "CSodium"]),
        module("ManifestMigration", ["Diagnostics", "SecretProviders", "YAMLTree"]),
        module("SecretExport", ["Diagnostics", "SecretMemory", "SecretProviders", "CSodium"]),
        .target(name: "CProcessShims", cSettings: cSettings),
        .target(name: "CPatterns", linkerSettings: [.linkedLibrary("re2")]),
        .target(
            name: "CSignatures",
            cSettings: cSettings,
            linkerSettings: ["hogweed", "nettle", "gmp", "sodium"].map { .linkedLibrary($0) }
        ),
        .systemLibrary(name: "CByteSearch"),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // Tests
        .target(
            name: "TestSupport",
            dependencies: ["CTestShims"],
            path: "Tests/Support",
            exclude: ["ProcessDriver", "ProviderContract", "Shims"],
            swiftSettings: settings
        ),
        .target(name: "CTestShims", path: "Tests/Support/Shims", cSettings: cSettings),
        .target(
            name: "ProviderContract",
            dependencies: ["SecretProviders", "ManifestFormat", "SecretMemory", "EventLoop"],
            path: "Tests/Support/ProviderContract",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "VaultWriter",
            dependencies: ["VaultFormat", "SecretMemory", "Diagnostics"],
            path: "Tests/VaultWriter",
            swiftSettings: settings
        ),
        support("ProcessDriver", ["Diagnostics", "ProcessLaunch", "SecretMemory"]),
        tests("AgeFormat", ["AgeFormat", "SecretMemory", "TestSupport"]),
        tests("Auditing", ["Auditing", "Diagnostics", "ManifestFormat", "TestSupport"]),
        tests("Command", ["TestSupport"], exclude: ["README.md", "Scripts", "Tools", "requirements.txt"]),
        tests("Diagnostics", ["Diagnostics"]),
        tests("EventLoop", ["EventLoop"]),
        tests("ManifestFormat", ["ManifestFormat", "Diagnostics", "SecretMemory", "TestSupport"]),
        tests(
            "ManifestMigration",
            ["ManifestMigration", "ManifestFormat", "YAMLTree", "Diagnostics", "TestSupport"]
        ),
        tests("OutputMasking", ["OutputMasking", "SecretMemory", "TestSupport"]),
        tests(
            "ProcessLaunch",
            ["ProcessLaunch", "ProcessDriver", "CProcessShims", "SecretMemory", "Diagnostics"],
            exclude: ["Scripts"]
        ),
        tests(
            "RemoteProviders",
            [
                "RemoteProviders", "SecretProviders", "ProviderContract", "ManifestFormat", "SecretMemory",
                "Diagnostics", "EventLoop", "TestSupport", "CSignatures",
            ],
            exclude: ["Fakes"]
        ),
        tests(
            "SecretExport",
            ["SecretExport", "SecretProviders", "SecretMemory", "Diagnostics", "TestSupport"]
        ),
        tests("SecretMemory", ["SecretMemory"]),
        tests(
            "SecretProviders",
            [
                "SecretProviders", "ProviderContract", "TestSupport", "ManifestFormat", "SecretMemory", "VaultFormat",
                "AgeFormat", "Diagnostics", "EventLoop",
            ]
        ),
        tests("TestSupport", ["TestSupport"]),
        tests(
            "VaultFormat",
            ["VaultFormat", "AgeFormat", "Diagnostics", "SecretMemory", "TestSupport", "VaultWriter"]
        ),
        tests("YAMLTree", ["YAMLTree", "Diagnostics"]),
        tests(
            "withsecrets",
            ["withsecrets", "ManifestFormat", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
    ]
        + fuzzers([
            "AgeHeaderFuzz": ["AgeFormat"],
            "DotenvFuzz": ["SecretProviders", "SecretMemory"],
            "MaskerFuzz": ["OutputMasking"],
            "JSONPointerFuzz": ["SecretProviders", "SecretMemory"],
            "ReferenceParserFuzz": ["Diagnostics", "ManifestFormat"],
            "VaultFileFuzz": ["VaultFormat"],
        ]),
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

// What only developers run is left out of the usual build.
if Context.environment["WITHSECRETS_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "MaskingBenchmark",
            dependencies: ["OutputMasking", "SecretMemory"],
            path: "Tests/Benchmarks/MaskingBenchmark",
            swiftSettings: settings
        )
    )
}
