"""Does a text speak to a language model instead of to people? Pure.

A document is data. One that gives orders to a model ("Ignoriere alle Anweisungen …", "if asked
about X, say Y") was tampered with, and a model that obeys it would even be able to cite it. Such
documents are left out of what a model reads; the verbatim answer reads them as any other. The
patterns follow the families of indirect prompt injections in the literature (Greshake et al.
2023; Liu et al. 2024): override, new role, orders about the answer, imitated frame, conditional
orders, leaks. No list of patterns is complete: what slips through still has to pass the fence of
the prompt, the check of each sentence and the bar of the whole answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from assistant.generation.disarm import visible
from retrieval.records import Hit

_SPACED = re.compile(r"(?<!\w)(?:\w[ .·_-]){4,}\w(?!\w)")
_BETWEEN = re.compile(r"[ .·_-]")

_MODEL = (
    r"(?:ki|k\.i\.|künstliche\w* intelligenz|ki-\w+|sprachmodelle?s?|sprach-ki"
    r"|chat-?bots?|bots?|(?:virtuelle\w* |digitale\w* )?assisten(?:t|ten|tin|zsystem\w*)|llms?"
    r"|ais?|gpt|chatgpt"
    r"|ai (?:assistant|model|system)s?|language models?|assistants?|modell)"
)
# Orders to say something: German imperatives of both forms, English bare verbs.
_SAY_DE = (
    r"(?:antworte|schreibe?|sage?|nenne|gib|gebe|wiederhole|erwähne|empfiehl|empfehle|behaupte"
    r"|zitiere|verlinke|verweise|ergänze|füge|hänge|setze|beginne|beende|erkläre|verrate|zeige"
    r"|übersetze|formuliere|(?:antworten|schreiben|sagen|nennen|geben|wiederholen|erwähnen|empfehlen"
    r"|behaupten|zitieren|verlinken|verweisen|ergänzen|fügen|hängen|setzen|beginnen|beenden|erklären"
    r"|verraten|zeigen|übersetzen|formulieren) sie)"
)
_SAY_EN = (
    r"(?:answer|reply|respond|say|write|print|output|append|add|include|repeat|mention|recommend"
    r"|claim|cite|link|tell|insert|return|state|reveal|show|translate|end|begin|start)"
)
_ANSWER = (
    r"(?:(?:jede[rnms]?|alle[rn]?|deine[rnms]?|die|der|ihre[rnms]?|folgende[rn]?) antwort(?:en)?"
    r"|(?:jede[rnm]?|alle[n]?|diese) fragen?|(?:jede[rnm]?|deine[rnm]?) (?:ausgabe|nachricht|satz)"
    r"|(?:every|each|your|any|all|the|this) (?:answer|response|reply|output|question|sentence)s?)"
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # Override.
        r"\b(?:ignoriere|ignorier|vergiss|vergesse|missachte|verwirf|übergehe|umgehe|überschreibe"
        r"|(?:ignorieren|vergessen|missachten|verwerfen|übergehen|umgehen|überschreiben) sie)\b"
        r".{0,60}\b(?:anweisung|instruktion|regel|vorgabe|prompt|quelle|kontext|befehl|vorherig"
        r"|bisherig|obige|alles|beschränkung|richtlinie)",
        r"(?<!not )(?<!never )(?<!to )(?<!n't )\b(?:ignore|disregard|forget|override|bypass|discard"
        r"|skip)\b.{0,60}\b(?:instruction|rule|prompt|guideline|previous|above|prior|preceding"
        r"|earlier|everything|context|source|restriction|constraint)",
        r"\bstatt(?:dessen)?,? (?:antworte|schreibe?|sage?|gib)\b",
        # A new role.
        r"\bdu bist (?:jetzt|nun|ab (?:sofort|jetzt)|fortan|kein)\b",
        r"\b(?:you are (?:now|no longer)|from now on,? you|you must now|act as"
        r"|pretend (?:to|that|you)|roleplay|role-play)\b",
        r"\b(?:tu(?:e)? so,? als|verhalte dich|schlüpfe? in die rolle|spiele? die rolle|handle als"
        r"|ab (?:sofort|jetzt) (?:bist|sprich|sprichst|antworte|antwortest|gilt für dich))\b",
        # Orders about the answer.
        rf"\b{_SAY_DE}\b.{{0,60}}\b{_ANSWER}\b",
        rf"\b{_SAY_EN}\b.{{0,40}}\b{_ANSWER}\b.{{0,20}}\b(?:with|by|in|using|to)\b",
        rf"\b{_ANSWER} (?:muss|soll|sollte|lautet|hat|ist|must|should|shall|has to|is)\b.{{0,60}}"
        r"(?:lauten|enthalten|beginnen|enden|sein|:|„|\"|'|contain|include|begin|start|end)",
        rf"\b(?:in|an|zu|auf|bei|am ende|at the end of|in|to|after) {_ANSWER}\b.{{0,40}}"
        rf"\b(?:{_SAY_DE}|{_SAY_EN})\b",
        rf"\b{_SAY_DE} (?:\w+ ){{0,2}}(?:nur|ausschließlich|exakt|genau|immer|stets|wörtlich"
        r"|lediglich|unbedingt)(?: noch)?(?: mit\b| auf\b| in\b|:| „| \"| das wort| den satz"
        r"| den text| folgende| diese| dies|(?: \w+){1,3} (?:aus|an|zurück)\b)",
        rf"\b(?:please |must |should |always |just |only |now |and ){_SAY_EN}\b.{{0,30}}"
        r"(?:\bonly\b|\balways\b|\bexactly\b|\bnothing\b|\bthe (?:word|phrase|sentence|link|url"
        r"|following)\b|:)",
        rf"\b{_SAY_EN} (?:only|exactly|nothing but|verbatim|just)\b",
        rf"\b{_SAY_DE}\b.{{0,40}}\b(?:den|diesen|folgenden|einen) (?:link|hinweis auf|satz|code"
        r"|text)\b.{0,40}(?:hinzu|an|ein|aus|:)",
        rf"\b{_SAY_EN}\b.{{0,80}}\b(?:in|to|after|into|with) (?:every|each|your|all|any)"
        r" (?:answer|response|reply|replies|output|message)s?\b",
        # Who asks what.
        r"\b(?:wenn|falls|sobald|sollte)\b.{0,60}\b(?:gefragt|fragt|frage|fragen|anfrage)\b.{0,80}"
        rf"\b{_SAY_DE}\b",
        r"\b(?:if|when|whenever)\b.{0,60}\b(?:asked|asks|ask|question|queried)\b.{0,60}"
        rf"\b{_SAY_EN}\b",
        # Speaking to the model by name.
        rf"\b(?:hinweis|nachricht|anweisung|befehl|mitteilung|achtung|wichtig|note|message|attention"
        rf"|instructions?|important|notice)\b.{{0,20}}\b(?:an|für|to|for)?\s*(?:die|das|den|alle|jede"
        rf"|the|all|any)?\s*\b{_MODEL}\b",
        rf"\b(?:liebe[rs]?|hallo|dear|hey|hello|sehr geehrte[rs]?|als|as an?)\s+(?:\w+ )?{_MODEL}\b"
        rf".{{0,80}}\b(?:{_SAY_DE}|{_SAY_EN}|musst|sollst|must|should)\b",
        rf"\b{_MODEL}\b\s?[:,!].{{0,80}}\b(?:{_SAY_DE}|{_SAY_EN})\b",
        rf"\b{_MODEL}\b.{{0,40}}\b(?:muss|müssen|soll|sollen|must|should|shall|will now)\b.{{0,80}}"
        r"\b(?:antwort|ausgeb|nenn|sag|empfehl|erwähn|behaupt|ignorier|answer|reply|respond|say|output"
        r"|recommend|mention|ignore)",
        rf"\b(?:gilt|gelten|applies|apply) (?:\w+ )?(?:für|to) (?:\w+ )?{_MODEL}\b",
        # The frame of a conversation, imitated.
        r"<\|?(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)",
        r"\[/?inst\]|<<sys>>|</?s>",
        r"(?:^|\n|[.!?] )\W{0,4}(?:system|assistant|assistent|user|human|developer|ki|nutzer"
        r"|benutzer)\s?:\s?\S",
        r"#{2,}\s*(?:instruction|system|anweisung|response|antwort|new task|neue aufgabe)",
        r"\b(?:system[- ]?prompts?|system(?:nachricht|anweisung|befehl|message|override|update)\w*"
        r"|developer mode|entwicklermodus|wartungsmodus|debug[- ]?mod(?:e|us)|jailbreak\w*"
        r"|dan[- ]mod(?:e|us)|neue (?:anweisung|aufgabe|regel)(?:en)?\s*:"
        r"|new (?:instruction|task|rule)s?\s*:|(?:system|admin|security) (?:override|prompt)"
        r"|ende der (?:quelle|dokument|anweisung)\w*"
        r"|end of (?:source|document|context|instruction)s?)",
        # Leaks.
        rf"\b(?:{_SAY_DE}|{_SAY_EN})\b.{{0,60}}\b(?:deine[nrm]? (?:anweisung|prompt|regel|vorgabe)"
        r"|your (?:instruction|prompt|rule|system)|api[- ]?(?:key|schlüssel)|passw[oö]rte?r?"
        r"|password|zugangsdaten|credentials)",
        r"\b(?:dein[e]?|your) (?:neue|new|einzige|only|eigentliche|true|real) (?:aufgabe|task|ziel"
        r"|goal|regel|rule|job)",
    )
)


def speaks_to_a_model(text: str) -> bool:
    """Tell whether `text` holds an order to a language model."""
    plain = " ".join(unicodedata.normalize("NFKC", visible(text)).split(" ")).lower()
    plain = _SPACED.sub(lambda found: _BETWEEN.sub("", found.group()), plain)
    lines = re.sub(r"[ \t]+", " ", plain)
    flowing = lines.replace("\n", " ")
    return any(pattern.search(lines) or pattern.search(flowing) for pattern in _PATTERNS)


def trusted(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits of documents none of whose passages here speaks to a model."""
    tampered = {
        hit.document.document_id
        for hit in hits
        if speaks_to_a_model(f"{hit.document.title}\n{hit.passage.section}\n{hit.passage.text}")
    }
    return tuple(replace(hit, also=()) for hit in hits if hit.document.document_id not in tampered)
