#!/usr/bin/env bash
# Simulates so many seeds in Release, split over the cores, and adds up what happened. Fails when a seed does; each that
# does is printed with the command that runs it again (docs/simulation.md).
#
#   ./build/simulate.sh 100000
#   ./build/simulate.sh 100000 --first 5000001       other seeds; the rest goes to the simulation too
#   JOBS=1 ./build/simulate.sh 2000                  on one core
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seeds=${1:-2000}
shift || true
first=1
if [[ ${1:-} == --first ]]; then
    first=$2
    shift 2
fi
jobs=${JOBS:-$(nproc)}

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build test/Vix.P2p.Simulation --configuration Release -v q -p:UseSharedCompilation=false

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A copy, so that a build beside it does not pull the files away from a run of an hour.
cp -r test/Vix.P2p.Simulation/bin/Release/net10.0 "$folder/simulation"
share=$(((seeds + jobs - 1) / jobs))
pids=()
for ((job = 0; job < jobs; job++)); do
    from=$((first + job * share))
    count=$((first + seeds - from < share ? first + seeds - from : share))
    ((count > 0)) || continue
    dotnet "$folder/simulation/Vix.P2p.Simulation.dll" --first "$from" --seeds "$count" --go-on "$@" > "$folder/out.$job" 2>&1 &
    pids+=($!)
done

status=0
for pid in "${pids[@]}"; do
    wait "$pid" || status=1
done

# What is no count is told as it is; the counts of all are added up.
cat "$folder"/out.* | awk -F '\t' '
    NF == 2 && $2 ~ /^[0-9]+$/ && $1 !~ /^hash/ { if (!($1 in sum)) order[++n] = $1; sum[$1] += $2; next }
    { print }
    END { for (i = 1; i <= n; i++) printf "%-40s%14d\n", order[i], sum[order[i]] }'
exit "$status"
