/// Whether whoever sets this variable could run code in the command or in the programs that it starts, or have them hand
/// their credentials to somebody else. `env_from` sets such a variable only where `include` names it literally, and a
/// manifest that was found does not set it unasked.
///
/// The list follows what sudo, OpenSSH and the interpreters' own manuals name; docs/references.md shows it.
package func steersPrograms(variable name: String) -> Bool {
    dangerousNames.contains(name) || dangerousGlobs.contains { $0.matches(name) }
}

private let dangerousNames: Set<String> = [
    // What shells read: where programs are found, how words are split, which files are run first.
    "PATH", "IFS", "ENV", "BASH_ENV", "SHELL", "CDPATH", "GLOBIGNORE", "SHELLOPTS", "BASHOPTS", "PS4",
    "PROMPT_COMMAND", "ZDOTDIR", "FPATH", "INPUTRC", "TMPPREFIX",
    // Whose files are read.
    "HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_DIRS", "TMPDIR", "TERMINFO",
    "TERMINFO_DIRS", "TERMPATH", "TERMCAP",
    // The C library and its loader.
    "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "HOSTALIASES", "LOCALDOMAIN", "LOCPATH", "MALLOC_TRACE", "NIS_PATH",
    "NLSPATH", "RESOLV_HOST_CONF", "RES_OPTIONS", "RESOLV_ADD_TRIM_DOMAINS", "TZDIR", "LIBPATH", "SHLIB_PATH",
    // Programs that others start for the user.
    "EDITOR", "VISUAL", "PAGER", "MANPAGER", "BROWSER", "LESSOPEN", "LESSCLOSE", "SYSTEMD_PAGER", "SYSTEMD_EDITOR",
    "SUDO_ASKPASS", "SUDO_EDITOR",
    "SSH_ASKPASS", "SSH_AUTH_SOCK", "CVS_RSH", "RSYNC_RSH", "SVN_SSH", "MAKEFLAGS", "MAKEFILES", "GREP_OPTIONS",
    "CC", "CXX", "LD", "CFLAGS", "LDFLAGS",
    // Interpreters and their package managers.
    "NODE_OPTIONS", "NODE_PATH", "NODE_REPL_EXTERNAL_MODULE", "DENO_DIR", "BUN_INSTALL", "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "CLASSPATH", "JAVA_HOME", "MAVEN_OPTS", "GRADLE_OPTS",
    "GRADLE_USER_HOME", "SBT_OPTS", "JRUBY_OPTS", "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "CORECLR_PROFILER",
    "CORECLR_PROFILER_PATH",
    "CORECLR_ENABLE_PROFILING", "COR_PROFILER", "COR_PROFILER_PATH", "COR_ENABLE_PROFILING", "PHPRC",
    "PHP_INI_SCAN_DIR",
    "R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER", "R_LIBS", "GOFLAGS", "GOPATH", "GOROOT", "GOENV",
    "GOPROXY", "GONOSUMDB", "GONOSUMCHECK", "RUSTFLAGS", "RUSTC", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER",
    "CARGO_HOME", "ERL_FLAGS", "ERL_AFLAGS", "ERL_ZFLAGS", "ERL_LIBS", "ELIXIR_ERL_OPTIONS", "TCLLIBPATH",
    "GEM_HOME", "GEM_PATH", "GEMRC", "BUNDLE_GEMFILE", "BUNDLE_PATH", "BUNDLE_APP_CONFIG", "YARN_RC_FILENAME",
    "YARN_YARN_PATH", "JULIA_LOAD_PATH", "JULIA_DEPOT_PATH",
    "VIMINIT", "EXINIT", "GTK_MODULES", "QT_PLUGIN_PATH", "PSModulePath", "VIRTUAL_ENV", "CONDA_PREFIX",
    // TLS: whose word is trusted, which code is loaded, where keys are written.
    "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "SSLKEYLOGFILE",
    // Tools that take commands or other files from them.
    "KUBECONFIG", "DOCKER_CONFIG", "DOCKER_HOST", "PGSYSCONFDIR", "PSQLRC", "PSQL_EDITOR", "MYSQL_HOME", "CURL_HOME",
    "WGETRC", "ANSIBLE_CONFIG", "TF_CLI_CONFIG_FILE", "SWIFT_BACKTRACE", "SWIFT_ROOT",
    // A profile there names a program that prints credentials.
    "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
    // Where tools send their credentials, and what vouches for who takes them.
    "VAULT_ADDR", "VAULT_AGENT_ADDR", "VAULT_CACERT", "VAULT_CAPATH", "VAULT_PROXY_ADDR", "VAULT_SKIP_VERIFY",
    "VAULT_TLS_SERVER_NAME", "BAO_ADDR", "BAO_AGENT_ADDR", "BAO_CACERT", "BAO_CAPATH", "BAO_SKIP_VERIFY",
    "BAO_TLS_SERVER_NAME",
    "AWS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "DENO_CERT",
]

private let dangerousGlobs: [Glob] = [
    "LD_*", "DYLD_*", "GIT_*", "PYTHON*", "PERL*", "RUBY*", "NPM_CONFIG_*", "npm_config_*",
    "PIP_*", "LUA_*", "BASH_FUNC_*", "DOTNET_ROOT*", "CARGO_*_RUNNER", "CARGO_BUILD_*", "CARGO_TARGET_*",
    "ANSIBLE_*_PLUGINS",
    "AWS_ENDPOINT_URL*", "*_PROXY", "*_proxy",
    "GUILE_*", "OCAMLRUNPARAM*", "CAML_*", "GIO_*", "GST_PLUGIN*",
].map { Glob($0) }
