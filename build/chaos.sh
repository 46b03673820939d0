#!/usr/bin/env bash
# Lets so many faults come to the link of two nodes on real sockets, and fails when one of them leaves something behind.
#
#   ./build/chaos.sh 10000         ten thousand faults, of a seed that it draws and prints
#   ./build/chaos.sh 10000 7       the faults of seed 7 again; how they fall together with the nodes' own timing is new each time
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export VIX_CHAOS_FAULTS=${1:-10000} VIX_CHAOS_SEED=${2:-$RANDOM}
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build test/Vix.P2p.FunctionalTests --configuration Release -p:UseSharedCompilation=false
exec dotnet test test/Vix.P2p.FunctionalTests --configuration Release --no-build --filter FullyQualifiedName~ChaosTests --logger "console;verbosity=normal"
