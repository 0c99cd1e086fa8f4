#!/usr/bin/env bash
# What the templates for GitHub and GitLab run: install the kit from its source, check a backend, and leave the summary
# where the CI shows it. Asked by environment: COPYJOB_BACKEND, and if wanted COPYJOB_OPTIONS, _BASELINE,
# _OUTPUT_DIR, _PYTHON; COPYJOB_SOURCE is the checkout of copyjob. Ends with the exit code of `copyjob check`.
# Of a check that is divided, COPYJOB_SHARD is the job's part, such as 3/8 (with --budget in COPYJOB_OPTIONS); the last
# job has COPYJOB_PARTS instead, a folder below which all part.json lie, and ends as `copyjob merge` does.
set -euo pipefail

fail() {
  echo "copyjob: $1" >&2
  exit 2
}

[ -n "${COPYJOB_BACKEND-}${COPYJOB_PARTS-}" ] || fail "no backend was named: set COPYJOB_BACKEND (the input 'backend')"
source=$(cd "${COPYJOB_SOURCE:-$(dirname "$0")/../..}" && pwd)
[ -f "$source/pyproject.toml" ] || fail "there is no checkout of copyjob in $source: set COPYJOB_SOURCE"
output=${COPYJOB_OUTPUT_DIR:-copyjob-report}

if [ -z "${COPYJOB_COMMAND-}" ]; then
  venv=$(mktemp -d)/venv
  "${COPYJOB_PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$source/.lock/run.txt"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$source"
  COPYJOB_COMMAND=$venv/bin/copyjob
fi

if [ -n "${COPYJOB_PARTS-}" ]; then
  mapfile -t parts < <(find "$COPYJOB_PARTS" -name part.json | sort)
  [ ${#parts[@]} -gt 0 ] || fail "there is no part.json below $COPYJOB_PARTS: keep what the shards write (-o)"
  arguments=(merge "${parts[@]}" --output-dir "$output" --quiet)
else
  arguments=(check "$COPYJOB_BACKEND" --output-dir "$output" --quiet)
  [ -z "${COPYJOB_SHARD-}" ] || arguments+=(--shard "$COPYJOB_SHARD")
fi
[ -z "${COPYJOB_BASELINE-}" ] || arguments+=(--baseline "$COPYJOB_BASELINE")
# Split as a command line is, so that a value may be quoted; nothing in it is run.
mapfile -t options < <(xargs -n1 printf '%s\n' <<<"${COPYJOB_OPTIONS-}")
[ -z "${options[*]-}" ] || arguments+=("${options[@]}")

code=0
"$COPYJOB_COMMAND" "${arguments[@]}" || code=$?

if [ -n "${GITHUB_STEP_SUMMARY-}" ] && [ -f "$output/summary.md" ]; then
  cat "$output/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT-}" ]; then
  case $code in 0) verdict=conforms ;; 1) verdict=diverges ;; 4) verdict=inconclusive ;; *) verdict=errored ;; esac
  echo "verdict=$verdict" >>"$GITHUB_OUTPUT"
fi
exit "$code"
