#!/bin/sh
# Runs once, on an empty volume: the platform's role is no superuser, so that row-level security binds it.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$SEVENSTEPS_ROLE_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE sevensteps LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE sevensteps OWNER sevensteps;
SQL
