#!/bin/sh
# Builds withsecrets from this source tree and installs it: `./install.sh --help`.
set -eu

usage() {
    cat <<'END'
Builds withsecrets from this source tree as one static file and installs it.

usage: ./install.sh [--prefix DIR] [--force]
       ./install.sh --build-only
       ./install.sh --uninstall [--prefix DIR]

  --prefix DIR     install DIR/bin/withsecrets, its manual and completions below DIR/share; PREFIX when absent, else
                   /usr/local as root and ~/.local otherwise
  --force          replace a file of that name even if it is not withsecrets
  --build-only     build .build/dist, with the program, its manual, completions, checksums and bill of materials, and stop
  --packages-only [PACKAGE ...]
                   install the Debian packages that the build needs, and these, and stop
  --uninstall      remove what was installed
  --help           show this

It needs Swift 6.2 or newer (https://swift.org/install; 6.3 is what the project is tested with), git, Python 3, and the
development files of libsodium, libyaml, re2, nettle, gmp and zlib, which it installs with apt-get as root or where sudo asks
for nothing. Running it again is safe.
END
}

say() { printf 'install.sh: %s\n' "$*" >&2; }

fail() {
    say "error: $1"
    shift
    for hint; do say "hint: $hint"; done
    exit 1
}

main() {
    prefix=${PREFIX:-}
    action=install
    force=no
    while [ $# -gt 0 ]; do
        case $1 in
            --prefix) [ $# -ge 2 ] || fail '--prefix needs a folder'; prefix=$2; shift ;;
            --prefix=*) prefix=${1#--prefix=} ;;
            --force) force=yes ;;
            --build-only) action=build ;;
            --uninstall) action=uninstall ;;
            --packages-only) action=packages; shift; break ;;
            --help | -h) usage; exit 0 ;;
            *) fail "unknown argument '$1'" './install.sh --help' ;;
        esac
        shift
    done

    if [ -z "$prefix" ]; then
        if [ "$(id -u)" = 0 ]; then
            prefix=/usr/local
        else
            prefix=${HOME:?HOME is not set: use --prefix DIR}/.local
        fi
    fi
    # The build changes the working directory, so a relative prefix is settled here.
    case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
    target=$prefix/bin/withsecrets
    source=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
    built=$source/.build/dist/withsecrets

    case $action in
        packages) install_packages "$@" ;;
        build)
            say "building $built"
            prepare
            build
            ;;
        uninstall) uninstall ;;
        install)
            say "building withsecrets and installing it as $target"
            refuse_foreign_file
            prepare
            build
            install_file
            ;;
    esac
}

prepare() {
    install_packages
    find_swift
}

# --- packages -----------------------------------------------------------------

install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say 'no Debian packages here: libsodium, libyaml, re2, nettle, gmp, zlib (with .a files), pkg-config, python3 and git have to be installed'
        return
    fi
    missing=
    for package in ca-certificates git libgmp-dev libsodium-dev libyaml-dev libre2-dev nettle-dev pkg-config python3 zlib1g-dev "$@"; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0

    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        fail "missing packages:$missing" "sudo apt-get update && sudo apt-get install -y$missing"
    fi
    say "installing with apt-get:$missing"
    # Lists of packages may be missing or old, so they are renewed when the first try fails.
    apt_install || { $as_root apt-get update -q </dev/null >&2 && apt_install; } ||
        fail "apt-get could not install:$missing"
}

apt_install() {
    # shellcheck disable=SC2086 # words are wanted
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends $missing </dev/null >&2
}

# --- swift --------------------------------------------------------------------

find_swift() {
    # sudo replaces PATH, so the places where Swift usually is are looked at, too.
    swift=$(command -v swift || true)
    for folder in /opt/swift/usr/bin /usr/share/swift/usr/bin "${HOME:-/root}/.local/share/swiftly/bin" \
        "/home/${SUDO_USER:-nobody}/.local/share/swiftly/bin"; do
        [ -n "$swift" ] || [ ! -x "$folder/swift" ] || swift=$folder/swift
    done
    [ -n "$swift" ] || fail 'no Swift compiler found' \
        'https://swift.org/install/linux tells how to get Swift 6.3; then run this again'
    version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
    major=${version% *}
    minor=${version#* }
    if [ "${major:-0}" -lt 6 ] || { [ "$major" = 6 ] && [ "$minor" -lt 2 ]; }; then
        fail "$swift is Swift ${major:-?}.${minor:-?}, and 6.2 or newer is needed" 'https://swift.org/install/linux'
    fi
}

# --- build --------------------------------------------------------------------

# One file without any dependency, at a random address (static-pie). SwiftPM's rpath would make it crash at start.
# Functions have sections of their own, so that those of a start lie beside one another (startup.order) and those that
# nothing calls are left out. Sources/CProcessShims/entry.c says what the entry point is for, Sources/StaticLink/ld.lld what
# is done before the linker.
swift_build() {
    COMPILER_PATH=$source/Sources/StaticLink${COMPILER_PATH:+:$COMPILER_PATH} \
        "$swift" build -c release --product withsecrets --package-path "$source" \
        --scratch-path "$source/.build/static" --static-swift-stdlib --disable-local-rpath \
        -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xswiftc -Xclang-linker -Xswiftc -static-pie \
        -Xlinker --pack-dyn-relocs=relr -Xlinker --entry=ws_entry \
        -Xswiftc -Xfrontend -Xswiftc -function-sections -Xcc -ffunction-sections -Xcc -fdata-sections \
        -Xlinker --symbol-ordering-file -Xlinker "$source/Sources/StaticLink/startup.order" \
        -Xlinker --no-warn-symbol-ordering "$@"
}

build() {
    say 'building (some minutes the first time)'
    program=$(swift_build --show-bin-path 2>/dev/null)/withsecrets
    # SwiftPM does not know what the linker is told.
    [ -z "$(find "$source/Sources/StaticLink" -newer "$program" 2>/dev/null)" ] || rm -f "$program"
    swift_build </dev/null >&2
    mkdir -p "$source/.build/dist"
    new=$(mktemp "$source/.build/dist/.withsecrets.XXXXXX")
    trap 'rm -f "$new"' EXIT
    strip -o "$new" "$program"
    chmod 755 "$new"
    "$new" --version >/dev/null || fail 'the built program does not start'
    mv -f "$new" "$built"
    rm -f "$source/.build/dist/withsecrets.sha256"
    (cd "$source/.build/dist" && add_shared_files && write_bill_of_materials >withsecrets.cdx.json && write_checksums)
    say "built $built ($(du -h "$built" | cut -f1 | tr -d ' '))"
}

# What belongs below share/, as the program itself writes it.
shared_files='share/man/man1/withsecrets.1
share/man/man5/withsecrets.yaml.5
share/bash-completion/completions/withsecrets
share/zsh/site-functions/_withsecrets
share/fish/vendor_completions.d/withsecrets.fish
share/withsecrets/withsecrets.schema.json'

add_shared_files() {
    for file in $shared_files; do
        mkdir -p "${file%/*}"
        case $file in
            *.1 | *.5) ./withsecrets manual "${file##*/}" ;;
            */bash-completion/*) ./withsecrets completions bash ;;
            */zsh/*) ./withsecrets completions zsh ;;
            */fish/*) ./withsecrets completions fish ;;
            *) ./withsecrets schema ;;
        esac >"$file"
    done
}

write_checksums() {
    rm -f SHA256SUMS
    sums=$(find . -type f ! -name '.*' | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum)
    printf '%s\n' "$sums" >SHA256SUMS
}

# CycloneDX 1.5: the resolved Swift packages, and the system's libraries that are linked in.
write_bill_of_materials() {
    cat <<END
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {
    "component": {
      "type": "application",
      "name": "withsecrets",
      "version": "$(./withsecrets --version)",
      "hashes": [{ "alg": "SHA-256", "content": "$(sha256sum withsecrets | cut -d ' ' -f 1)" }]
    }
  },
  "components": [
END
    awk -F '"' '
        $2 == "identity" { name = $4 }
        $2 == "location" { place = $4; sub(/^https:\/\//, "", place); sub(/\.git$/, "", place) }
        $2 == "version" && NF >= 5 {
            printf "    { \"type\": \"library\", \"name\": \"%s\", \"version\": \"%s\", \"purl\": \"pkg:swift/%s@%s\" },\n",
                name, $4, place, $4
        }' "$source/Package.resolved"
    if command -v dpkg-query >/dev/null; then
        # shellcheck disable=SC2016 # the fields are dpkg-query's
        dpkg-query -W -f '    { "type": "library", "name": "${source:Package}", "version": "${Version}", "purl": "pkg:deb/debian/${Package}@${Version}" },\n' \
            libc6-dev libgmp-dev libre2-dev libsodium-dev libyaml-dev nettle-dev zlib1g-dev
    fi
    cat <<END
    { "type": "library", "name": "swift-runtime", "version": "$major.$minor", "purl": "pkg:generic/swift@$major.$minor" }
  ]
}
END
}

# --- install ------------------------------------------------------------------

is_withsecrets() {
    [ ! -L "$1" ] && [ -f "$1" ] && grep -qa -e WITHSECRETS_PASSPHRASE -e WITHSECRETS_PROFILE "$1"
}

refuse_foreign_file() {
    [ -e "$target" ] || [ -L "$target" ] || return 0
    [ "$force" = yes ] || is_withsecrets "$target" ||
        fail "$target is there and is not withsecrets" 'look at it, then use --force or another --prefix'
    [ ! -d "$target" ] || fail "$target is a folder"
}

install_file() {
    mkdir -p "$prefix/bin" 2>/dev/null || true
    [ -w "$prefix/bin" ] ||
        fail "cannot write to $prefix/bin" "install it elsewhere: ./install.sh --prefix ~/.local" \
            "or as root: sudo install -m 755 $built $target"
    refuse_foreign_file
    new=$(mktemp "$prefix/bin/.withsecrets.XXXXXX")
    trap 'rm -f "$new"' EXIT
    cat "$built" >"$new"
    chmod 755 "$new"
    # A rename: whoever runs withsecrets meanwhile has the old file or the new one.
    mv -f "$new" "$target"
    say "installed $target"
    install_shared_files || say "note: the manual and completions could not be written below $prefix/share"
    case :$PATH: in
        *":$prefix/bin:"*) ;;
        *) say "note: $prefix/bin is not in PATH: export PATH=\"$prefix/bin:\$PATH\"" ;;
    esac
}

install_shared_files() {
    for file in $shared_files; do
        mkdir -p "$prefix/${file%/*}" && cp "$source/.build/dist/$file" "$prefix/$file" && chmod 644 "$prefix/$file" || return
    done
}

uninstall() {
    if [ ! -e "$target" ] && [ ! -L "$target" ]; then
        say "nothing to remove: $target is not there"
        return
    fi
    [ "$force" = yes ] || is_withsecrets "$target" ||
        fail "$target is not withsecrets and stays" '--force removes it all the same'
    say "removing $target, its manual and completions"
    rm -f "$target"
    for file in $shared_files; do rm -f "$prefix/$file"; done
    rmdir "$prefix/share/withsecrets" 2>/dev/null || true
}

main "$@"
