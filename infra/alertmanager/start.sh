#!/bin/sh
# Starts Alertmanager. Says which receivers notify nobody: an alert that only a web page shows wakes no one.
set -eu
file=${CONFIG:-/etc/alertmanager/alertmanager.yml}
empty=$(awk '
  /^receivers:/ { inside = 1; next }
  /^[a-z]/ { inside = 0 }
  inside && /^ *- name:/ { if (name != "" && !ways) print name; name = $3; gsub(/[\042\047]/, "", name); ways = 0 }
  inside && /^ +(- )?[a-z]+_configs:/ { ways = 1 }
  END { if (name != "" && !ways) print name }
' "$file")
for name in $empty; do
  echo "level=WARN msg=\"receiver $name is empty: its alerts are shown, and nobody is notified\" file=infra/alertmanager/alertmanager.yml help=docs/OPERATIONS.md#alerts" >&2
done
exec alertmanager --config.file="$file" "$@"
