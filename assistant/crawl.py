"""Addresses of the web → the pages to take in: one page, or all that a site's map lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from assistant.files import selected
from assistant.survey import Item, Survey, Validators, Visit, WebSource, failing
from ingest.errors import Reason, SourceError
from ingest.fetching import sitemap
from ingest.fetching.addresses import host_of, identity, origin
from ingest.fetching.fetch import AGENT, Fetcher
from ingest.fetching.fetched import Page, PageUnread
from retrieval.records import DocumentRecord

MOST_SITEMAPS = 500
MOST_PAGES = 50_000
LONGEST_PAUSE = 30.0
NONE: Validators = ("", "")
_LONGEST_NAME = 300
_ROBOTS_BYTES = 512_000


@dataclass(slots=True)
class Crawl:
    """Expands addresses; `known` finds the document that came from an origin, None without."""

    fetcher: Fetcher
    survey: Survey
    known: Callable[[str], DocumentRecord | None]

    def items(self, wanted: WebSource) -> Iterator[Item]:
        """Yield the page at an address, or every page if it is the address of a sitemap.

        What cannot be read becomes an item that fails to load.
        """
        try:
            name = identity(wanted.url)
        except SourceError as error:
            yield failing(_shown(wanted.url), error)
            return
        place = origin(name)
        try:
            old = None if wanted.sitemap else self.known(place)
            page = self.fetcher.get(name, old.validators if old else NONE, pause=wanted.pause)
            listed = page is not None and sitemap.is_sitemap(page.data)
            if wanted.sitemap and not listed:
                raise SourceError(Reason.WRONG_TYPE, "(Sitemap erwartet)")  # noqa: TRY301
        except SourceError as error:
            self._note(place, error)
            yield failing(name, error, place)
            return
        if page is None or not listed:
            self.survey.origins.add(place)
            yield self._item(name, wanted, lambda _: page)
        else:
            yield from self._pages(name, page, wanted)

    def _note(self, place: str, error: SourceError) -> None:
        gone = isinstance(error, PageUnread) and error.gone
        (self.survey.gone if gone else self.survey.unread).add(place)
        if gone:  # the pages of a sitemap that is gone are not gone themselves
            self.survey.unread.add(place)

    def _item(self, name: str, wanted: WebSource, visit: Visit, *places: str) -> Item:
        return Item(
            name,
            origin(name),
            _no_file,
            url=name,
            visit=visit,
            places=(*places, *wanted.places),
            facts=wanted.facts,
            internal=wanted.internal,
        )

    def _pages(self, name: str, page: Page, wanted: WebSource) -> Iterator[Item]:
        """Yield the pages of a sitemap and of the sitemaps it lists, all of its own host."""
        site = host_of(name)
        whole, chosen = origin(name), selected(origin(name), wanted.selection)
        places = tuple(dict.fromkeys((whole, chosen)))
        try:
            robots = self._robots(site)
        except SourceError as error:
            self.survey.unread.update(places)
            yield failing(f"{site}/robots.txt", error)
            return
        told = robots.crawl_delay(AGENT)
        pause = min(max(wanted.pause, float(told or 0)), LONGEST_PAUSE)
        polite = replace(wanted, pause=pause)
        self.survey.places.add(chosen)
        count = 0
        for found in self._listed(name, page, polite, places):
            if isinstance(found, Item):
                yield found
            elif found.startswith(f"{site}/") and self._wanted(found, polite, robots):
                count += 1
                if count > MOST_PAGES:
                    self.survey.unread.update(places)
                    detail = f"Aus einer Sitemap werden höchstens {MOST_PAGES} Seiten gelesen."
                    yield failing(name, SourceError(Reason.TOO_LARGE, detail))
                    return
                self.survey.origins.add(origin(found))
                yield self._item(found, polite, partial(self._visit, found, pause), *places)
        if not count:
            self.survey.emptied.add(chosen)

    def _visit(self, name: str, pause: float, validators: Validators) -> Page | None:
        try:
            return self.fetcher.get(name, validators, pause=pause)
        except PageUnread as error:
            if error.gone:
                self.survey.gone.add(origin(name))
                self.survey.origins.discard(origin(name))
            raise

    def _wanted(self, name: str, wanted: WebSource, robots: RobotFileParser) -> bool:
        return wanted.selection.wants(urlsplit(name).path) and robots.can_fetch(AGENT, name)

    def _listed(
        self, name: str, first: Page, wanted: WebSource, places: tuple[str, ...]
    ) -> Iterator[str | Item]:
        """Yield the names of listed pages, each once, and an item for a map that fails."""
        queue: list[tuple[str, Page | None]] = [(name, first)]
        known, told = {name}, set[str]()
        while queue:
            where, held = queue.pop(0)
            try:
                page = held or self.fetcher.get(where, pause=wanted.pause)
                found = sitemap.read(page.data if page else b"")
            except SourceError as error:
                self.survey.unread.update(places)
                yield failing(where, error)
                continue
            for listed in _names(found.sitemaps):
                fresh = listed not in known and host_of(listed) == host_of(name)
                if fresh and len(known) < MOST_SITEMAPS:
                    known.add(listed)
                    queue.append((listed, None))
            for listed in _names(found.pages):
                if listed not in told and listed not in known:
                    told.add(listed)
                    yield listed

    def _robots(self, site: str) -> RobotFileParser:
        """Return the site's rules for robots.

        Raises:
            SourceError: They cannot be had, so the site may not be crawled now (RFC 9309).
        """
        rules = RobotFileParser()
        try:
            page = self.fetcher.get(f"{site}/robots.txt")
        except SourceError as error:
            refused = isinstance(error, PageUnread) and error.refused
            if not refused and error.reason is not Reason.UNSUPPORTED:
                raise
            page = None
        text = page.data[:_ROBOTS_BYTES].decode("utf-8", "replace") if page else ""
        rules.parse(text.splitlines())
        return rules


def _names(addresses: tuple[str, ...]) -> Iterator[str]:
    for address in addresses:
        try:
            yield identity(address)
        except SourceError:  # no address that could be fetched: listed by mistake
            continue


def _shown(address: str) -> str:
    return "".join(c for c in address if c.isprintable())[:_LONGEST_NAME]


def _no_file() -> bytes:
    raise SourceError(Reason.NOT_FOUND)
