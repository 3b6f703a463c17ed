from __future__ import annotations

from assistant.lists import ListBlock, goes_on, is_item, item_start, list_at, list_below, table_at

TEXT = (
    "Einleitung. Drei Vorschläge liegen vor:\n\n"
    "- mehr Austausch\n- kürzere Wege\n- feste Termine\n\n"
    "Danach geht es weiter.\n\n1. Erster Schritt\n2. Zweiter Schritt\n\nEnde"
)


def words(block: ListBlock | None) -> list[str]:
    assert block is not None
    return [TEXT[start:end] for start, end in block.items]


def test_an_item_brings_its_whole_list_and_the_line_above() -> None:
    block = list_at(TEXT, TEXT.index("kürzere"))
    assert words(block) == ["mehr Austausch", "kürzere Wege", "feste Termine"]
    assert block is not None
    assert block.intro is not None
    # Only the sentence that announces the list, not the whole paragraph.
    assert TEXT[slice(*block.intro)] == "Drei Vorschläge liegen vor:"
    assert (block.start, block.end) == (block.intro[0], block.items[-1][1])


def test_numbered_items_keep_their_number() -> None:
    block = list_at(TEXT, TEXT.index("Zweiter"))
    assert words(block) == ["1. Erster Schritt", "2. Zweiter Schritt"]
    assert block is not None
    assert block.intro is None


def test_a_line_outside_of_lists_has_none() -> None:
    assert list_at(TEXT, TEXT.index("Danach")) is None


def test_the_list_below_a_sentence_is_found_only_right_below_it() -> None:
    start = TEXT.index("Drei")
    end = TEXT.index(":") + 1
    assert words(list_below(TEXT, start, end)) == [
        "mehr Austausch",
        "kürzere Wege",
        "feste Termine",
    ]
    assert list_below(TEXT, 0, len("Einleitung.")) is None
    assert list_below(TEXT, TEXT.index("Ende"), len(TEXT)) is None


def test_what_counts_as_an_item() -> None:
    assert is_item("- a", 0)
    assert item_start("- a", 0) == 2
    assert is_item("a) Kita", 0)
    assert item_start("a) Kita", 0) == 0
    assert not is_item("2015 trat das Gesetz in Kraft", 0)
    assert not is_item("", 0)


def test_the_last_line_of_a_letterhead_announces_nothing() -> None:
    text = "Gesundheitsamt\nMusterstadt\n\n- erster Punkt\n- zweiter Punkt"
    block = list_at(text, text.index("zweiter"))
    assert block is not None
    assert block.intro is None
    alone = "Vorschläge\n\n- erster Punkt\n- zweiter Punkt"
    block = list_at(alone, alone.index("zweiter"))
    assert block is not None
    assert block.intro == (0, len("Vorschläge"))


def test_an_absatz_that_announces_a_list_is_no_item_of_one() -> None:
    text = "(1) Alles ist frei.\n(2) Beizufügen sind:\n\n1. ein Plan,\n2. ein Beleg.\n\n(3) Ende."
    start = text.index("(2)")
    end = text.index(":") + 1
    assert not is_item(text, start)
    assert is_item(text, text.index("(3)"))
    below = list_below(text, start, end)
    assert below is not None
    assert [text[a:b] for a, b in below.items] == ["1. ein Plan,", "2. ein Beleg."]
    above = list_at(text, text.index("2. ein"))
    assert above is not None
    assert above.intro == (start, end)


def test_an_open_sentence_goes_on_below() -> None:
    assert goes_on("Beizufügen sind:")
    assert goes_on("Gefördert wird, wenn")
    assert goes_on("Die Strategie umfasst insbesondere")
    assert not goes_on("Gefördert wird alles.")
    assert not goes_on("Haus der Familie in der Altstadt")


def test_an_absatz_without_an_end_announces_what_is_numbered_below() -> None:
    text = "(2) Die Strategie umfasst insbesondere\n\n1. einen Rahmen,\n2. einen Bericht."
    end = text.index("\n")
    assert not is_item(text, 0)
    below = list_below(text, 0, end)
    assert below is not None
    assert len(below.items) == 2
    above = list_at(text, text.index("2. "))
    assert above is not None
    assert above.intro == (0, end)
    # Items of one list, none of which has an end.
    assert is_item("(1) schnell\n(2) gut", 0)


def test_a_long_announcement_is_found_and_never_cut_at_an_ordinal() -> None:
    text = (
        "Vorher stand etwas. (7) Für die Teilhabe werden 15 Euro im Monat berücksichtigt, sofern "
        "bei Kindern, die das 18. Lebensjahr nicht vollendet haben, Aufwendungen entstehen an\n"
        "1. Sport,\n2. Musik."
    )
    block = list_at(text, text.index("2. Musik"))
    assert block is not None
    assert block.intro is not None
    assert text[slice(*block.intro)].startswith("(7) Für die Teilhabe")
    assert text[slice(*block.intro)].endswith("entstehen an")


def test_the_next_absatz_is_no_item_of_the_list_of_the_one_before() -> None:
    text = (
        "(1) Dem Kreis gehören an:\n- die Kassen\n- drei Vereine\n(2) Gäste reden mit.\n(3) Ende."
    )
    block = list_at(text, text.index("drei"))
    assert block is not None
    assert [text[a:b] for a, b in block.items] == ["die Kassen", "drei Vereine"]
    below = list_below(text, 0, text.index(":") + 1)
    assert below == block
    assert list_at(text, text.index("Gäste")) is None
    assert list_at(text, text.index("Ende")) is None
    # Numbers alike, but nothing that announces them: one list.
    plain = list_at("(1) Gäste reden mit.\n(2) Ende.", 20)
    assert plain is not None
    assert len(plain.items) == 2
    below_heading = list_at("2. Ablauf\n\n1. Antrag\n2. Bescheid", 24)
    assert below_heading is not None
    assert len(below_heading.items) == 2


def test_the_rows_of_a_table_are_found_from_any_of_them() -> None:
    text = (
        "Wer macht was\n\nWer: Tesch; Was: Abruf; Bis: 15.03.\nWer: Amt; Was: Raum; Bis: 1.4.\n"
        "Ort: Amt; Was: Treffen\nHinweis: Das gilt."
    )
    table = table_at(text, text.index("Raum"))
    assert table is not None
    assert table.intro is not None
    assert text[slice(*table.intro)] == "Wer macht was"
    assert [text[a:b] for a, b in table.items] == [
        "Wer: Tesch; Was: Abruf; Bis: 15.03.",
        "Wer: Amt; Was: Raum; Bis: 1.4.",
    ]
    assert table_at(text, text.index("Abruf")) == table
    assert table_at(text, text.index("Hinweis")) is None
    assert table_at(text, 0) is None


def test_a_numbered_heading_announces_the_bullets_below_it() -> None:
    text = "2. Anfang\n\n3. Wünsche\n\n- mehr Zeit\n- mehr Geld\n\n4. Ende"
    block = list_at(text, text.index("Geld"))
    assert block is not None
    assert block.intro is not None
    assert text[slice(*block.intro)] == "3. Wünsche"
    numbered = list_at("1. a\n\n1. b\n2. c", 10)
    assert numbered is not None
    assert numbered.intro is None
