#!/bin/sh
# Starts Prometheus with the configuration beside this file. RUNBOOK_URL replaces the address of the runbook in the rules; the dashboards take it from there.
set -eu
here=${CONFIG:-/etc/prometheus}
made=${MADE:-/tmp/prometheus}
default=https://github.com/sunbeon/sunbeon/blob/main/docs/RUNBOOK.md
base=${RUNBOOK_URL:-$default}
case $base in
  http://*[\|\'\"\ \&\\]* | https://*[\|\'\"\ \&\\]*) ;;
  http://?* | https://?*) good=1 ;;
esac
if [ -z "${good:-}" ]; then
  echo "RUNBOOK_URL must begin with http:// or https:// and be without blanks, quotes, & and |" >&2
  exit 1
fi
mkdir -p "$made/rules"
cp "$here/prometheus.yml" "$made/prometheus.yml"
for file in "$here"/rules/*.yml; do
  sed "s|$default|$base|" "$file" >"$made/rules/${file##*/}"
done
exec prometheus --config.file="$made/prometheus.yml" "$@"
