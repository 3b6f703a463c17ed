"""Who is answered: people of named workspaces, in named channels. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.bots.slack.incoming import Sender


@dataclass(frozen=True, slots=True)
class Allowed:
    """Ids of workspaces and channels; no `channels` means every channel that the bot is in."""

    teams: frozenset[str]
    channels: frozenset[str] = frozenset()

    def knows(self, sender: Sender) -> bool:
        """Tell whether all workspaces named belong to us; whoever names none does not."""
        return bool(sender.teams) and sender.teams <= self.teams

    def allows(self, sender: Sender) -> bool:
        """Tell whether something is answered there.

        Where people of other organisations read along only a channel that is named is; direct
        messages always are.
        """
        if not self.knows(sender):
            return False
        if sender.channel in self.channels:
            return True
        if sender.shared:
            return False
        return not self.channels or sender.channel.startswith("D") or not sender.channel
