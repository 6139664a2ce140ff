"""Draws a picture through the HTTP server and saves it, with Python's standard library alone:

FIREFLY_MCP_URL=http://127.0.0.1:8787/mcp FIREFLY_MCP_TOKEN=... python3 client.py "a red chair"
"""

import json
import os
import sys
import urllib.request

URL = os.environ.get("FIREFLY_MCP_URL", "http://127.0.0.1:8787/mcp")
TOKEN = os.environ.get("FIREFLY_MCP_TOKEN", "")
REVISION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "example", "version": "1.0.0"},
}


def call(name, arguments):
    """Calls a tool and returns its structured content."""
    params = {"name": name, "arguments": arguments, "_meta": META}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "MCP-Protocol-Version": REVISION,
        "Mcp-Method": "tools/call",
        "Mcp-Name": name,
    }
    request = urllib.request.Request(URL, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    if "error" in answer or answer["result"].get("isError"):
        sys.exit(json.dumps(answer, indent=2))
    return answer["result"]["structuredContent"]


prompt = sys.argv[1] if len(sys.argv) > 1 else "a red chair"
made = call("generate_image", {"prompt": prompt})
# A call answers with a running job where the picture takes longer than it waits. The job goes on meanwhile.
while made["state"] != "succeeded":
    made = call("job_status", {"job": made["job"]})
for picture in made["images"]:
    name = f"{picture['image']}.jpg"
    # The link is signed: it needs no token.
    urllib.request.urlretrieve(picture["link"], name)
    print(name)
