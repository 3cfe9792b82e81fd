#!/usr/bin/env bash
# The browser journeys need a Chromium; on Debian as root it is installed, elsewhere we say how.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "Installing Chromium for the browser tests …"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-dejavu-core >/dev/null
else
  echo "workbench: no Chromium was found; the browser tests need one." >&2
  echo "  On Debian or Ubuntu: sudo apt-get install chromium" >&2
  exit 1
fi
