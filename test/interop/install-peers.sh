#!/usr/bin/env bash
# Installs the software that the interop tests talk to, each in a folder of its own under .cache/peers: Python programs
# in a virtual environment, OPC UA clients in Java and C built from clients/.
# Needs Python 3.11, a JDK of 17, Maven, a C compiler, CMake and cargo, or apt to get them. Done once: a stamp of what
# each was made of is kept.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$(cd "$here/../.." && pwd)/.cache/peers
mkdir -p "$cache"

apt_install() {
  echo "Installing Debian packages: $*"
  apt-get update -q >"$cache/apt.log" 2>&1 && apt-get install -q -y --no-install-recommends "$@" >>"$cache/apt.log" 2>&1 ||
    { tail -20 "$cache/apt.log" >&2; return 1; }
}

python=$(command -v python3.11 || command -v python3 || true)
# OctoPrint builds one small extension from source, hence the compiler and the headers.
if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null || ! command -v cc >/dev/null; then
  apt_install python3 python3-venv python3-dev gcc libc6-dev
  python=$(command -v python3.11 || command -v python3)
fi

fingerprint() {
  { "$python" -c 'import sys; print(sys.version, sys.prefix)'; cat "$here/requirements-$1.txt"; } | sha256sum | cut -d' ' -f1
}

install_once() {
  local venv=$cache/$1
  rm -rf "$venv"
  "$python" -m venv "$venv" &&
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements-$1.txt"
}

# One peer: nothing to do when its stamp says so; tried again once, since a registry may stumble.
install_peer() {
  local name=$1 stamp=$cache/$1.stamp wanted
  wanted=$(fingerprint "$name")
  if [ -x "$cache/$name/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    echo "$name: already there"
    return
  fi
  rm -f "$stamp"
  install_once "$name" >"$cache/$name.log" 2>&1 || install_once "$name" >>"$cache/$name.log" 2>&1 ||
    { echo "$name could not be installed:" >&2; tail -20 "$cache/$name.log" >&2; return 1; }
  echo "$wanted" >"$stamp"
  echo "$name: installed"
}

# PrusaLink binds to these libraries, one of them through its headers.
libraries=$(ldconfig -p)
if [ ! -e /usr/include/sys/capability.h ] || [[ $libraries != *libturbojpeg.so.0* || $libraries != *libmagic.so.1* ]]; then
  apt_install libcap-dev libturbojpeg0 libmagic1
fi

if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
  apt_install default-jdk-headless maven
fi

# A client in Java, with the libraries that its pom.xml pins.
make_milo() {
  local out=$cache/milo
  rm -rf "$out"
  (cd "$here/clients/milo" && mvn -q -B -ntp -Dout="$out" compiler:compile dependency:copy-dependencies)
}

if ! command -v cmake >/dev/null || [ ! -e /usr/include/openssl/ssl.h ]; then
  apt_install cmake make libssl-dev
fi
# It brings the source of open62541, which Debian 12 has not.
command -v cargo >/dev/null || apt_install cargo-web

# A client in C, with the source of open62541 that Cargo.lock pins.
make_open62541() {
  local out=$cache/open62541 source
  rm -rf "$out"
  mkdir -p "$out"
  source=$(cd "$here/clients/open62541" && cargo metadata --quiet --locked --format-version 1 |
    "$python" -c 'import json, os, sys
print(next(os.path.dirname(one["manifest_path"]) for one in json.load(sys.stdin)["packages"] if one["name"] == "open62541-sys"))') &&
    cmake -S "$here/clients/open62541" -B "$out/build" -DOPEN62541="$source/open62541" &&
    cmake --build "$out/build" --target client -j2 &&
    cp "$out/build/client" "$out/client" &&
    rm -rf "$out/build"
}

# build_peer NAME FILE: as install_peer, for clients/NAME; FILE is there when it is built.
build_peer() {
  local name=$1 file=$cache/$1/$2 stamp=$cache/$1.stamp wanted
  wanted=$(cd "$here/clients/$name" && find . -type f ! -name '*.ts' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
  if [ -e "$file" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    echo "$name: already there"
    return
  fi
  rm -f "$stamp"
  "make_$name" >"$cache/$name.log" 2>&1 || "make_$name" >>"$cache/$name.log" 2>&1 ||
    { echo "$name could not be built:" >&2; tail -20 "$cache/$name.log" >&2; return 1; }
  echo "$wanted" >"$stamp"
  echo "$name: built"
}

build_peer milo classes/Main.class &
milo=$!
build_peer open62541 client &
open62541=$!
install_peer asyncua &
asyncua=$!
install_peer prusalink &
prusalink=$!
install_peer octoprint &
octoprint=$!
# Kalico compiles a small library when it is first started.
install_peer kalico &
kalico=$!
install_peer moonraker &
moonraker=$!
failed=0
wait "$asyncua" || failed=1
wait "$octoprint" || failed=1
wait "$prusalink" || failed=1
wait "$kalico" || failed=1
wait "$moonraker" || failed=1
wait "$milo" || failed=1
wait "$open62541" || failed=1
exit "$failed"
