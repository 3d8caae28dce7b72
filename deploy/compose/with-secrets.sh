#!/bin/sh
# with-secrets.sh COMMAND...: runs a server that takes its passwords from the environment only. Each file in
# /run/secrets becomes a variable of its name here, inside the container, so that none shows in `docker inspect`.
set -eu
for file in /run/secrets/*; do
    export "$(basename "$file")=$(cat "$file")"
done
exec "$@"
