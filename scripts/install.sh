#!/usr/bin/env bash
# Makes the virtual environment and installs the pinned packages. PYTHON and VENV may be set from outside.
set -euo pipefail
python="${PYTHON:-python3}"
venv="${VENV:-.venv}"

fail() { echo "workbench: $1" >&2; [ -n "${2:-}" ] && echo "  $2" >&2; exit 1; }

command -v "$python" >/dev/null || fail "$python is not installed." "Install Python 3.11 or newer, or call make PYTHON=/path/to/python3."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || fail "$("$python" --version) is too old; 3.11 or newer is needed." "Call make PYTHON=/path/to/python3.11."
free_mb=$(df -Pm . | awk 'NR == 2 { print $4 }')
[ "$free_mb" -ge 5000 ] || [ -x "$venv/bin/python" ] \
  || fail "only ${free_mb} MB are free here; about 5,000 are needed." "Make room, then repeat."

# a half-made one, or one that was moved here with its folder, is made anew
here="$(cd "$(dirname "$venv")" && pwd -P)/$(basename "$venv")"
if ! grep -qF "$here/bin/" "$venv/bin/pip" 2>/dev/null || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  echo "Making the virtual environment in $venv …"
  "$python" -m venv --clear "$venv" || fail "the virtual environment could not be made." "On Debian: apt-get install python3-venv."
fi
echo "Installing the pinned packages (the first time takes a minute or two) …"
# torch first and by pip: only its CPU build is wanted, and only pip finds it everywhere
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "torch==2.13.0" 2> >(grep -v "is ignored" >&2)
if "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt uv 2>/dev/null \
  && "$venv/bin/uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" "torch==2.13.0" -c constraints.txt -e ".[dev]"; then
  :
else
  echo "uv could not do it; installing by pip, which takes longer …"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
fi
"$venv/bin/python" -m compileall -q -j 0 workbench apps  # where Python may not write, every start would compile anew
echo "Installed."
