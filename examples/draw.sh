#!/bin/sh
# Draws a picture, then a wider version of it, and saves both under names of their own:
#   sh draw.sh "a red chair" chair
# FIREFLY_MCP is the program, by default firefly-mcp; further options come from the environment.
set -eu
prompt="${1:-a red chair}"
name="${2:-chair}"
program="${FIREFLY_MCP:-firefly-mcp}"

# The result is JSON on stdout; progress is on stderr. A failed call ends the script.
drawn=$($program call generate_image --prompt "$prompt" --aspect_ratio 1:1 --save "$name.png")
image=$(printf '%s' "$drawn" | grep -o 'img_[0-9a-z]*' | head -n 1)
$program call expand_image --image "$image" --aspect_ratio 16:9 --save "$name-wide.png" >/dev/null
echo "$name.png $name-wide.png"
