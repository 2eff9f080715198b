// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target is compiled with; docs/architecture.md says why.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
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
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "withsecrets",
            dependencies: [
                "Diagnostics", "SecretMemory", "ManifestFormat", "SecretProviders", "VaultFormat", "OutputMasking",
                "ProcessLaunch", "EventLoop", "CProcessShims",
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
            ["Diagnostics", "SecretMemory", "ManifestFormat", "VaultFormat", "EventLoop", "CProcessShims"]
        ),
        module(
            "RemoteProviders",
            [
                "Diagnostics", "SecretMemory", "ManifestFormat", "SecretProviders", "EventLoop", "CProcessShims",
                "CSodium",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        module("AgeFormat", ["Diagnostics", "SecretMemory", "CSodium"]),
        module(
            "VaultFormat",
            ["AgeFormat", "Diagnostics", "SecretMemory", "YAMLTree", "CSodium", "CProcessShims"]
        ),
        module("OutputMasking", ["Diagnostics", "SecretMemory"]),
        module("ProcessLaunch", ["CProcessShims", "Diagnostics", "SecretMemory"]),
        .target(name: "CProcessShims", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CPatterns", linkerSettings: [.linkedLibrary("re2")]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        tests("Diagnostics", ["Diagnostics"]),
        tests("SecretMemory", ["SecretMemory"]),
        tests("ManifestFormat", ["ManifestFormat", "Diagnostics", "SecretMemory"]),
        .target(
            name: "TestSupport",
            path: "Tests/Support",
            exclude: ["ProcessDriver", "ProviderContract"],
            swiftSettings: settings
        ),
        tests("AgeFormat", ["AgeFormat", "SecretMemory", "TestSupport"]),
        tests("VaultFormat", ["VaultFormat", "AgeFormat", "Diagnostics", "SecretMemory", "TestSupport"]),
        tests("YAMLTree", ["YAMLTree", "Diagnostics"]),
        support("ProcessDriver", ["Diagnostics", "ProcessLaunch", "SecretMemory"]),
        tests("ProcessLaunch", ["ProcessLaunch", "ProcessDriver", "CProcessShims"], exclude: ["Scripts"]),
        tests("EventLoop", ["EventLoop"]),
        tests(
            "RemoteProviders",
            [
                "RemoteProviders", "SecretProviders", "ManifestFormat", "SecretMemory", "Diagnostics", "EventLoop",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Fakes"]
        ),
        tests(
            "SecretProviders",
            ["SecretProviders", "ProviderContract", "ManifestFormat", "SecretMemory", "Diagnostics", "EventLoop"]
        ),
        .target(
            name: "ProviderContract",
            dependencies: ["SecretProviders", "ManifestFormat", "SecretMemory", "EventLoop"],
            path: "Tests/Support/ProviderContract",
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
