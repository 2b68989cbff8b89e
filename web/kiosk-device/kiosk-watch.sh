#!/bin/sh
# The page writes the time on its disk every ten seconds. Where it has not for three minutes, it hangs beyond its own help:
# the browser is started anew. Run every minute by kiosk-watch.timer.
set -eu
: "${KIOSK_PROFILE:=/var/lib/tallscreen-kiosk/profile}"
folder="$KIOSK_PROFILE/Default/IndexedDB"
[ -d "$folder" ] || exit 0
if [ -z "$(find "$folder" -type f -mmin -3 -print -quit)" ]; then
  echo "tallscreen: the screen has written nothing for three minutes; starting it anew"
  systemctl restart tallscreen-kiosk.service
fi
