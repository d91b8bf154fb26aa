#!/bin/sh
# Installs the command and what it runs on, in the versions and hashes that are locked, into a new environment: the action
# and the image do it so. With a folder of wheels these are taken, else the packages of this checkout.
#
#     sh scripts/install_runtime.sh FOLDER [WHEELS]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
"${PYTHON:-python3}" -m venv "$1"
into=$1
install() { "$into/bin/python" -m pip --disable-pip-version-check install --quiet --no-compile "$@"; }
install --require-hashes -r "$root/requirements-run.txt"
if [ -n "${2:-}" ]; then
  install --no-deps --no-index "$2"/*.whl
else
  for project in "$root"/client/pyproject.toml "$root"/generated/*/pyproject.toml "$root"/pyproject.toml; do
    install --no-deps --no-build-isolation "$(dirname "$project")"
  done
fi
# What packages are built with is not run.
"$into/bin/python" -m pip --disable-pip-version-check uninstall --quiet --yes \
  editables hatchling pathspec tomlkit trove-classifiers
