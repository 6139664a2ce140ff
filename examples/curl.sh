#!/bin/sh
# One tool call over plain HTTP, which prints the answer as JSON, and ends with 1 where that is an error:
#   FIREFLY_MCP_URL=http://127.0.0.1:8787/mcp FIREFLY_MCP_TOKEN=… sh curl.sh job_status '{}'
set -eu
tool="${1:-job_status}"
arguments="${2:-}"
status=0
answer=$(
  curl --silent --show-error --fail-with-body "${FIREFLY_MCP_URL:-http://127.0.0.1:8787/mcp}" \
    --header "Authorization: Bearer $FIREFLY_MCP_TOKEN" \
    --header 'Content-Type: application/json' \
    --header 'Accept: application/json' \
    --header 'MCP-Protocol-Version: 2026-07-28' \
    --header 'Mcp-Method: tools/call' \
    --header "Mcp-Name: $tool" \
    --data @- <<JSON
{
  "jsonrpc": "2.0",
  "id": 1,
  "method": "tools/call",
  "params": {
    "name": "$tool",
    "arguments": ${arguments:-"{}"},
    "_meta": {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
      "io.modelcontextprotocol/clientInfo": { "name": "curl", "version": "1" }
    }
  }
}
JSON
) || status=$?
printf '%s\n' "$answer"
[ "$status" -eq 0 ] || exit "$status"
# Unknown tools and methods are an "error" in place of a "result"; a tool that failed says so within its result.
case "$answer" in
  *'"isError":true'*) exit 1 ;;
  *'"result":'*) ;;
  *) exit 1 ;;
esac
