#!/usr/bin/env bash
# Mutates the security core and runs its tests against each mutant; docs/mutation.md says how to read the outcome. An
# hour or more: by hand, not in each run.
#
#   ./build/mutate.sh core                           handshake, records and admission of the node
#   ./build/mutate.sh filters                        the filters of the control plane
#   ./build/mutate.sh core --mutate 'Records/*.cs'   the rest goes to Stryker
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# build/Test.props makes the test project a program then. What analyzers say, every other build says too.
export MutationRun=true RunAnalyzers=false

scope=${1:-core}
shift || true
case $scope in
    core) tests=test/Vix.P2p.Tests ;;
    filters) tests=test/Vix.P2p.Http.Tests ;;
    *)
        echo "There is no scope '$scope': core or filters." >&2
        exit 2
        ;;
esac

output=$PWD/artifacts/mutation/$scope
dotnet tool restore
cd "$tests"
exec dotnet stryker --skip-version-check --output "$output" "$@"
