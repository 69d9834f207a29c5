#!/bin/sh
# Mints a token: mint.sh DOCUMENT [LAYER]. README.md beside this file explains variables and exit codes.
set -eu

if [ $# -lt 1 ] || [ -z "${LAYERMINT_API:-}" ] || [ -z "${CALLER_TOKEN:-}" ]; then
  echo 'Usage: LAYERMINT_API=… CALLER_TOKEN=… mint.sh DOCUMENT [LAYER]' >&2
  exit 2
fi

# curl reads the token from a line of a configuration. A quote or a line break in it could add options, such as other URLs.
case $CALLER_TOKEN in
*[!A-Za-z0-9._~+/=-]*)
  echo 'CALLER_TOKEN holds something other than a token.' >&2
  exit 2
  ;;
esac

# Writes a text as JSON. A layer's name can hold quotes and backslashes, and no control characters.
json() { printf '"%s"' "$(printf '%s' "$1" | sed 's/[\"]/\\&/g')"; }

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# curl itself repeats after 429 and 503, and waits for Retry-After.
status=$(printf 'header = "Authorization: Bearer %s"\n' "$CALLER_TOKEN" |
  curl --config - --silent --show-error --retry 3 --max-time 30 \
    --header 'Content-Type: application/json' \
    --data "{\"documentId\": $(json "$1"), \"layer\": $(json "${2:-}")}" \
    --output "$answer" --write-out '%{http_code}' "$LAYERMINT_API/v1/tokens") || exit 1

if [ "$status" = 201 ]; then
  cat "$answer"
  exit 0
fi

# No answer other than 201 holds a token.
printf 'The API answered %s: %s\n' "$status" "$(cat "$answer")" >&2
case $status in
  401) exit 3 ;;
  429 | 5*) exit 4 ;;
  *) exit 1 ;;
esac
