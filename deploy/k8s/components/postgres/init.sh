#!/bin/sh
# Run once, with an empty data folder: a database and an owner for accounts, and for read models.
set -eu
for part in accounts readmodel; do
  password=$(cat "/etc/talewright/secrets/${part}_password")
  psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set=name="talewright_$part" --set=password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
