#!/usr/bin/env bash
# Packs every package of src in Release into artifacts/packages, with its symbols.
#
#   ./build/pack.sh                        the version of Directory.Build.props
#   ./build/pack.sh --version-suffix rc.1  the rest goes to `dotnet pack`
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

rm -rf artifacts/packages
for project in src/*/*.csproj; do
    dotnet pack "$project" --configuration Release --output artifacts/packages -p:UseSharedCompilation=false "$@"
done
ls -l artifacts/packages
