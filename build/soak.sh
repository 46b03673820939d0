#!/usr/bin/env bash
# Lets peers come and go at a node for so many minutes in Release, and fails when the node keeps something of them.
#
#   ./build/soak.sh 60                        60 minutes, 100 peers; artifacts/soak/samples.csv
#   ./build/soak.sh 60 --peers 150 --seed 7   the rest goes to the soak
#   ./build/charts.py                         draws docs/soak/*.svg from the samples of the last run
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

minutes=${1:-60}
shift || true
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build test/Vix.P2p.Soak --configuration Release -p:UseSharedCompilation=false
exec dotnet run --project test/Vix.P2p.Soak --configuration Release --no-build -- --minutes "$minutes" "$@"
