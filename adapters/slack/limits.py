"""How much Slack takes, by name. The pages are under docs.slack.dev; what Slack does not document is marked."""

from __future__ import annotations

from typing import Final

# reference/block-kit
BLOCKS: Final = 50
HEADER: Final = 150
BUTTONS_IN_BLOCK: Final = 25
BUTTON_LABEL: Final = 75
BUTTON_VALUE: Final = 2_000
ACTION_ID: Final = 255
CONTEXT_ELEMENTS: Final = 10
CONTEXT_TEXT: Final = 3_000
ALT_TEXT: Final = 2_000
URL: Final = 3_000
PLACEHOLDER: Final = 150
OPTIONS: Final = 100
OPTION_LABEL: Final = 75
#: The reference says 150, Slack's own package of types 75.
OPTION_VALUE: Final = 75
#: One table in a message; the header is a row, and the characters are those of all cells.
TABLE_ROWS: Final = 100
TABLE_COLUMNS: Final = 20
TABLE_TEXT: Final = 10_000

# reference/methods/chat.postMessage: 4,000 is recommended, and is the most that chat.update takes.
FALLBACK_TEXT: Final = 4_000
#: Undocumented: ``msg_blocks_too_long`` came at about 13,200 characters over all blocks, an empty block counting as
#: some 125 of them (slackapi/bolt-js issue 2509).
ALL_BLOCKS: Final = 12_000
BLOCK_OVERHEAD: Final = 125

# Usher's own shares of that total, so that a long note cannot push the facts or the buttons out of a card.
BODY: Final = 4_000
FIELDS: Final = 3_000
FOOTER: Final = 600
LINE: Final = 1_000
BUTTONS: Final = 25
BUTTONS_IN_ROW: Final = 5
FILES: Final = 1_000
MENUS: Final = 10
#: What drop-downs leave to a table or a list, and a table to a list.
ROOM: Final = 1_000

# interactivity/handling-user-interaction
ACK_SECONDS: Final = 3.0
RESPONSE_URL_SECONDS: Final = 30 * 60

# reference/app-manifest
APP_NAME: Final = 35
APP_DESCRIPTION: Final = 140
BOT_NAME: Final = 80
COMMAND_NAME: Final = 32
COMMAND_DESCRIPTION: Final = 2_000
USAGE_HINT: Final = 1_000
SCOPES: Final = 255

# reference/views/modal-views and block-kit/blocks/input-block
VIEW_BLOCKS: Final = 100
VIEW_TITLE: Final = 24
VIEW_BUTTON: Final = 24
VIEW_BYTES: Final = 250_000
METADATA: Final = 3_000
LABEL: Final = 2_000
HINT: Final = 2_000
INPUT: Final = 3_000
#: Usher's own share of a view's bytes for all options of its drop-downs: what does not fit is searched.
VIEW_OPTIONS: Final = 120_000

# interactivity/shortcuts
SHORTCUT: Final = 24
SHORTCUT_DESCRIPTION: Final = 150
