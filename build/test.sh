#!/usr/bin/env bash
# Restores, builds and runs every test project, and closes with one line: N passed, N failed, N skipped.
#
#   ./build/test.sh                                   Release
#   ./build/test.sh Debug                             another configuration (or CONFIGURATION=Debug)
#   ./build/test.sh Release --filter Name~Handshake   the rest goes to `dotnet test`
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

configuration=${CONFIGURATION:-Release}
if [[ ${1:-} == Release || ${1:-} == Debug ]]; then
    configuration=$1
    shift
fi

# A build server that outlives the script would keep the caller's output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# The dashboard is tested in Chromium. Where there is none and none can be had, its tests are skipped and say so.
if [[ $(uname) == Linux && $EUID == 0 ]] && command -v apt-get > /dev/null && ! command -v chromium chromium-browser google-chrome > /dev/null; then
    echo 'Installing Chromium.'
    (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium) > /dev/null 2>&1 \
        || echo 'Chromium could not be installed.'
fi

# Hosts of their own for two nodes, with a cable that can be pulled, are network namespaces. Likewise.
if [[ $(uname) == Linux && $EUID == 0 ]] && command -v apt-get > /dev/null && ! command -v ip > /dev/null; then
    echo 'Installing iproute2.'
    (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends iproute2) > /dev/null 2>&1 \
        || echo 'iproute2 could not be installed.'
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

dotnet restore Vix.P2p.sln
dotnet build Vix.P2p.sln --no-restore --configuration "$configuration" -p:UseSharedCompilation=false

# A trx file writes each attribute and each message on lines of its own kind; what is read here has kept its form since
# the first version of it.
counters() { # trx -> "total executed passed"
    sed -n 's/.*<Counters total="\([0-9]*\)" executed="\([0-9]*\)" passed="\([0-9]*\)".*/\1 \2 \3/p' "$1"
}

tests_with() { # trx, outcome -> "name: first line of its message"
    awk -v outcome="outcome=\"$2\"" '
        function plain(s) {
            gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&#x[AD];/, " ", s); gsub(/&amp;/, "\\&", s)
            return s
        }
        function flush() { if (name != "") print "  " plain(name) (message == "" ? "" : ": " plain(message)); name = ""; message = "" }
        /<UnitTestResult / {
            flush()
            if (index($0, outcome)) { name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name) }
        }
        name != "" && message == "" && /<Message>/ { message = $0; sub(/.*<Message>/, "", message); sub(/<\/Message>.*/, "", message) }
        /<\/Results>/ { flush() }
    ' "$1"
}

passed=0 failed=0 skipped=0
for project in test/*/*.csproj; do
    grep -q 'Include="Microsoft.NET.Test.Sdk"' "$project" || continue
    name=$(basename "$project" .csproj)
    echo
    echo "== $name"
    status=0
    dotnet test "$project" --no-build --configuration "$configuration" \
        --blame-hang-timeout 10m --blame-hang-dump-type none \
        --results-directory "$results" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" "$@" || status=$?
    project_failed=0
    if [[ -f $results/$name.trx ]]; then
        read -r total executed ok < <(counters "$results/$name.trx")
        project_failed=$((executed - ok))
        passed=$((passed + ok))
        skipped=$((skipped + total - executed))
        tests_with "$results/$name.trx" Failed >> "$results/failed"
        tests_with "$results/$name.trx" NotExecuted >> "$results/skipped"
    fi
    # A run that died counts too: its tests may all have passed until then.
    if ((status != 0 && project_failed == 0)); then
        project_failed=1
        echo "  $name: the run ended with code $status" >> "$results/failed"
    fi
    failed=$((failed + project_failed))
done

echo
[[ ! -s $results/skipped ]] || { echo "Skipped:"; cat "$results/skipped"; echo; }
[[ ! -s $results/failed ]] || { echo "Failed:"; cat "$results/failed"; echo; }
((passed + failed > 0)) || echo 'No test ran.'
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
