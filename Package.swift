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

let package = Package(
    name: "withsecrets",
    products: [
        .executable(name: "withsecrets", targets: ["withsecrets"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        .executableTarget(
            name: "withsecrets",
            dependencies: [
                "Diagnostics", "SecretMemory", "ManifestFormat", "SecretProviders", "VaultFormat", "OutputMasking",
                "ProcessLaunch", "EventLoop", "CPatterns",
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
        module("AgeFormat", ["SecretMemory", "CSodium"]),
        module(
            "VaultFormat",
            ["AgeFormat", "Diagnostics", "SecretMemory", "YAMLTree", "CSodium", "CProcessShims"]
        ),
        module("OutputMasking", ["SecretMemory"]),
        module("ProcessLaunch", ["CProcessShims", "SecretMemory"]),
        .target(name: "CProcessShims", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CPatterns", linkerSettings: [.linkedLibrary("re2")]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        tests("Diagnostics", ["Diagnostics"]),
        tests("SecretMemory", ["SecretMemory"]),
        tests("ManifestFormat", ["ManifestFormat", "Diagnostics", "SecretMemory"]),
        tests("YAMLTree", ["YAMLTree", "Diagnostics"]),
        tests("EventLoop", ["EventLoop"]),
        tests(
            "SecretProviders",
            ["SecretProviders", "ManifestFormat", "SecretMemory", "Diagnostics", "EventLoop"]
        ),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
