"""The Slack bot: what it hears, what it says, and the one module that knows Slack's libraries."""
