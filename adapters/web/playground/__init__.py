"""The playground: both chats side by side in a browser, for a visitor without any account."""
