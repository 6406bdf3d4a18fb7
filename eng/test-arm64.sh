#!/usr/bin/env bash
# Runs the tests of the engine's kernels as a program for ARM under QEMU: its 128-bit kernels, and SDOT, which QEMU's processor has.
# Needs Debian on x64 with qemu-user-static; ARM's C libraries are fetched from Debian's mirror and unpacked, nothing is installed.
#
#   eng/test-arm64.sh                       the kernels' tests, a minute or two
#   eng/test-arm64.sh -namespace '*Serving' whichever xUnit's options choose
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v qemu-aarch64-static >/dev/null || { echo "error: qemu-aarch64-static was not found; apt-get install qemu-user-static" >&2; exit 2; }
command -v apt-get >/dev/null || { echo "error: this needs Debian's apt-get, for ARM's C libraries" >&2; exit 2; }

work=$PWD/artifacts/arm64
root=$work/root
if [[ ! -e $root/lib/ld-linux-aarch64.so.1 ]]; then
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/packages"
  apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$work/packages" && "${apt[@]}" download libc6 libstdc++6 libgcc-s1 zlib1g libssl3)
  for package in "$work"/packages/*.deb; do dpkg --extract "$package" "$root"; done
fi

# With lock files of its own: the runtime for ARM would else be written into those of the repository.
dotnet publish tests/Causeway.Engine.Tests --runtime linux-arm64 --self-contained --configuration Release --output "$work/tests" --nologo --verbosity quiet \
  -p:NuGetLockFilePath=obj/arm64.lock.json -p:InvariantGlobalization=true

(($#)) || set -- -class '*.PackedMatrixTests' -class '*.AttentionTests' -class '*.ElementwiseTests' -class '*.SgemmTests' -class '*.ForwardTests' -class '*.EngineCpuTests'
# QEMU translates code once: a runtime that rewrites its own, or writes it through another mapping, would run what it was before.
exec qemu-aarch64-static -L "$root" -E LD_LIBRARY_PATH=/usr/lib/aarch64-linux-gnu -E DOTNET_EnableWriteXorExecute=0 -E DOTNET_TieredCompilation=0 \
  "$work/tests/Causeway.Engine.Tests" -noColor "$@"
