#!/bin/sh
# Draws a picture, then a wider version of it, and saves both under names of their own:
#   sh draw.sh "a red chair" chair
#   sh draw.sh "a red chair" chair --demo      with the emulator in place of Adobe
# FIREFLY_MCP is the program, by default firefly-mcp; further options come from the environment.
set -eu
prompt="${1:-a red chair}"
name="${2:-chair}"
demo="${3:-}"
program="${FIREFLY_MCP:-firefly-mcp}"

# The result is JSON on stdout, that of a failed call too; progress is on stderr. A failed call ends the script.
call() {
  # Without quotes where a text may be several words, or none.
  answer=$($program call "$@" $demo) || {
    code=$?
    printf '%s\n' "$answer" >&2
    exit "$code"
  }
}

call generate_image --prompt "$prompt" --aspect_ratio 1:1 --save "$name.png"
image=$(printf '%s' "$answer" | grep -o 'img_[0-9a-z]*' | head -n 1)
call expand_image --image "$image" --aspect_ratio 16:9 --save "$name-wide.png"
echo "$name.png $name-wide.png"
