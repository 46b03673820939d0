#!/usr/bin/env bash
# Runs the benchmarks in Release and prints their tables; the arguments go to them. docs/performance.md says how to
# read the figures.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

dotnet build test/Vix.P2p.Benchmarks --configuration Release -p:UseSharedCompilation=false
exec dotnet run --project test/Vix.P2p.Benchmarks --configuration Release --no-build -- "$@"
