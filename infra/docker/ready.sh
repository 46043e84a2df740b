#!/bin/bash
# ready PORT PATH: exit code 0 when the answer is 200. For health checks: much cheaper than a start of Node every few seconds.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
IFS= read -r -t 2 line <&3
[[ $line == *" 200 "* ]]
