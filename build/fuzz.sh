#!/usr/bin/env bash
# Fuzzes each target for so many minutes in Release, keeps what it learns, and fails when it finds something (docs/fuzzing.md).
#
#   ./build/fuzz.sh 5                                  5 minutes a target
#   ./build/fuzz.sh 5 --target frames --seed 7         the rest goes to the fuzzer
#   ./build/fuzz.sh 0 --target frames --executions 100000000
#   ./build/fuzz.sh 0 --replay test/Vix.P2p.Fuzz/Finds/frames.txt
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

minutes=${1:-1}
if [[ ! $minutes =~ ^[0-9]+$ ]]; then
    echo 'Say for how many minutes: ./build/fuzz.sh 5' >&2
    exit 2
fi
shift || true
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build test/Vix.P2p.Fuzz --configuration Release -p:UseSharedCompilation=false
exec dotnet run --project test/Vix.P2p.Fuzz --configuration Release --no-build -- --seconds $((minutes * 60)) --save "$@"
