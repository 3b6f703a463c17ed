"""Who may invite and ask the bot, and in which rooms. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Allowed", "server_of"]

_USER = re.compile(r"@[^\s:@]*:[^\s@:]+(?::\d+)?")
_SERVER = re.compile(r"[A-Za-z0-9.-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
_ROOM = re.compile(r"![^\s]+")


def server_of(user: str) -> str:
    """Return the homeserver in a user's name, "" where there is none."""
    return user.partition(":")[2].lower() if user.startswith("@") else ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Names of users (``@name:server``) and servers; rooms (``!id:server``), none = all."""

    users: frozenset[str]
    servers: frozenset[str]
    rooms: frozenset[str] = frozenset()

    @classmethod
    def read(cls, people: Iterable[str], rooms: Iterable[str], own: str = "") -> Allowed:
        """Read the lists of the settings; without people the server of `own` is allowed.

        Args:
            people: Users and servers as typed.
            rooms: Ids of rooms as typed.
            own: The bot's name.

        Raises:
            ValueError: With an entry that is neither.
        """
        users, servers = set(), set()
        for entry in people:
            if _USER.fullmatch(entry):
                users.add(entry.lower())
            elif _SERVER.fullmatch(entry):
                servers.add(entry.lower())
            else:
                raise ValueError(entry)
        for room in (kept := frozenset(rooms)):
            if not _ROOM.fullmatch(room):
                raise ValueError(room)
        if not users and not servers:
            servers.add(server_of(own))
        return cls(frozenset(users), frozenset(servers - {""}), kept)

    def person(self, user: str) -> bool:
        """Tell whether somebody may invite the bot and ask it."""
        return user.lower() in self.users or server_of(user) in self.servers

    def room(self, room_id: str) -> bool:
        """Tell whether the bot may be in a room."""
        return not self.rooms or room_id in self.rooms
