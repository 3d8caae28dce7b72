"""Variables that no settings class holds: those of the launcher and of the tools for operators."""

from __future__ import annotations

TOOLS = {
    "TALEWRIGHT_SECRETS_DIR": "Folder with settings as files, named like the variables in lower case.",
    "TALEWRIGHT_DATA": "Folder of the embedded stack; tools take the environment of the stack that runs there.",
    "TALEWRIGHT_MEDIA": "How many media services the embedded stack runs.",
    "TALEWRIGHT_GATEWAY_URL": "Where `talewright doctor` asks the gateway; empty: the embedded stack's, if it runs.",
    "TALEWRIGHT_OPS_URLS": "Ops servers that `talewright doctor` asks: `auth=http://host:9090`, with commas between; "
    "empty: the embedded stack's, if it runs.",
}
