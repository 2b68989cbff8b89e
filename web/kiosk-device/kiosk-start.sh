#!/bin/sh
# Starts the screen. Never with --incognito, which forgets votes, and never with --no-sandbox.
set -eu
: "${KIOSK_URL:?name the address of the festival in /etc/tallscreen/kiosk.env}"
: "${KIOSK_PROFILE:=/var/lib/tallscreen-kiosk/profile}"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome-stable || command -v google-chrome) || {
  echo "tallscreen: this computer has no Chromium; install the package chromium" >&2
  exit 1
}
set -- \
  --kiosk \
  --user-data-dir="$KIOSK_PROFILE" \
  --no-first-run \
  --noerrdialogs \
  --disable-session-crashed-bubble \
  --hide-crash-restore-bubble \
  --disable-pinch \
  --overscroll-history-navigation=0 \
  --disable-features=TouchpadOverscrollHistoryNavigation \
  --autoplay-policy=no-user-gesture-required \
  --ozone-platform-hint=auto
if [ -n "${KIOSK_TRUSTED_ORIGIN:-}" ]; then
  set -- "$@" --unsafely-treat-insecure-origin-as-secure="$KIOSK_TRUSTED_ORIGIN"
fi
exec "$browser" "$@" "$KIOSK_URL"
