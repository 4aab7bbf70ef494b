"""Discord's limits by name, and how long this adapter waits for what.

Numbers of the platform are those of its documentation (resources/message, components/reference,
interactions/application-commands, interactions/receiving-and-responding); lengths count characters.
"""

from __future__ import annotations

# A message and its one embed.
TITLE = 256
DESCRIPTION = 4096
FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1024
FOOTER = 2048
EMBED_TOTAL = 6000
NONCE = 25

# A layout: components in all, and characters of all their texts.
LAYOUT = 40
LAYOUT_TEXT = 4000
LAYOUT_FOOTER = 500

# Buttons.
ROWS = 5
BUTTONS_IN_ROW = 5
BUTTONS = ROWS * BUTTONS_IN_ROW
BUTTON_LABEL = 80
CUSTOM_ID = 100

# Selects.
OPTIONS = 25
OPTION = 100
PLACEHOLDER = 150

# Forms.
MODAL_TITLE = 45
MODAL_PARTS = 5
MODAL_LABEL = 45
MODAL_DESCRIPTION = 100
MODAL_PLACEHOLDER = 100
MODAL_TEXT = 4000
#: What stands above the entries; they take most of a phone already.
MODAL_WORDS = 1000

# What is enclosed with a message. The whole request may have 25 MiB; a part of them is left to everything else in it.
FILES = 10
FILE = 10 * 1024 * 1024
FILES_TOTAL = 25 * 1024 * 1024 - 256 * 1024
FILE_NAME = 100
FILE_DESCRIPTION = 1024

# Application commands.
COMMANDS = 100
USER_COMMANDS = 15
COMMAND_OPTIONS = 25
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
COMMAND_CHOICES = 25
COMMAND_CHOICE = 100
COMMAND_TEXT = 6000
COMMAND_TOTAL = 8000

# Messages read at once from a channel's history.
HISTORY = 100

#: Seconds for the core before the person is shown that Usher is thinking; Discord waits 3 s for a first answer.
PATIENCE = 1.5
#: Seconds for suggestions, which come in time or not at all.
SUGGESTING = 2.5
#: Seconds for what a form offers to choose from; without it, it is typed.
OFFERING = 1.0
#: Seconds for one try at handing a first answer to Discord, and the pauses before further tries.
ANSWERING = 5.0
ANSWER_AGAIN = (0.1, 0.4)
#: More bytes than this may take longer than Discord waits for a first answer: they follow a sign of life.
AT_ONCE = 512 * 1024
#: Seconds for an answer with more than that.
UPLOADING = 120.0
#: Seconds for posting or editing a message; the library alone would go on for 25 s while Discord is unwell.
DELIVERING = 20.0
#: People whose direct message channel is remembered.
DIRECT_CHANNELS = 10_000
#: Channels whose server is remembered.
CHANNELS_KNOWN = 10_000
