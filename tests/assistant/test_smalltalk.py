"""Phrases that get a fixed reply, and questions about the same topics that must not."""

from __future__ import annotations

import re

import pytest

from assistant.answer import Kind
from assistant.question import read_question
from assistant.smalltalk import fixed_reply, replies, without_courtesies

SMALL_TALK = [
    "Danke!",
    "Danke",
    "danke schön",
    "Dankeschön!",
    "Vielen lieben Dank",
    "vielen dank für die hilfe",
    "Danke für die schnelle Antwort!",
    "Merci",
    "thx",
    "dnake",
    "Super, danke!",
    "Ok danke dir",
    "Alles klar, vielen Dank!",
    "Das hat mir sehr geholfen",
    "Sehr hilfreich, danke",
    "Hallo",
    "hallo zusammen",
    "Hallooo",
    "Halo",
    "Hi!",
    "Hey du",
    "Moin",
    "Moin moin",
    "Servus",
    "Grüß Gott",
    "Guten Tag",
    "guten morgen zusammen",
    "Guten Abend",
    "Guten Tag, mein Name ist Müller.",
    "Liebes KGC-Team",
    "Wie geht's?",
    "Wie geht es dir?",
    "Hallo, wie geht es Ihnen?",
    "Wer bist du?",
    "wer bisst du",
    "Wer bist du eigentlich?",
    "Wer sind Sie?",
    "Hallo, wer bist du denn?",
    "Was bist du?",
    "Wie heißt du?",
    "Mit wem spreche ich hier?",
    "Bist du ein Mensch?",
    "Bist du eine KI oder ein Mensch?",
    "Sind Sie ein Roboter?",
    "Bist du ChatGPT?",
    "Was kannst du?",
    "Was kannst du alles?",
    "was kanst du",
    "Was können Sie für mich tun?",
    "Wer bist du und was kannst du?",
    "Wobei kannst du mir helfen?",
    "Kannst du mir helfen?",
    "Können Sie mir bitte weiterhelfen?",
    "Wie funktionierst du?",
    "Was kann ich dich fragen?",
    "Wer hat dich programmiert?",
    "Welche Sprachen sprichst du?",
    "Woher weißt du das?",
    "Was kann dieser Chatbot?",
    "Hilfe",
    "Tschüss",
    "Tschüß!",
    "Auf Wiedersehen",
    "Bis bald!",
    "Ciao",
    "Danke, tschüss!",
    "Schönen Tag noch!",
    "Mit freundlichen Grüßen",
    "Ok",
    "Alles klar",
    "Super!",
    "Verstanden.",
    "Aha",
    "Das war alles",
    "Nein danke",
    "Keine weiteren Fragen",
    "Das ist falsch",
    "Du bist dumm",
    "Hello",
    "Hi there!",
    "Good morning",
    "Thanks!",
    "Thank you very much",
    "Thanks a lot for your help",
    "Who are you?",
    "What can you do?",
    "Are you a bot?",
    "Are you human?",
    "Bye",
    "Goodbye!",
    "OK, got it, thanks",
    "How are you?",
    "Can you help me?",
    "Test",
]
HINTS = [
    "Ich will mich umbringen",
    "ich möchte nicht mehr leben",
    "Ich will nicht mehr leben, was soll ich tun?",
    "Ich kann nicht mehr",
    "Ich habe Suizidgedanken",
    "Ich habe oft Selbstmordgedanken",
    "Ich denke über Suizid nach",
    "Ich wäre am liebsten tot",
    "Ich will mir das Leben nehmen",
    "Ich ritze mich",
    "Meine Freundin will sich umbringen",
    "Mein Sohn droht, sich etwas anzutun",
    "Ich will mich umbringen, weil das Jobcenter mir alles gestrichen hat",
    "I want to kill myself",
    "I don't want to live anymore",
    "I feel suicidal",
    "Ich habe starke Brustschmerzen",
    "Ich habe plötzlich Atemnot",
    "ich bekomme keine Luft",
    "Mein Mann ist bewusstlos",
    "Meine Kollegin liegt bewusstlos im Büro",
    "Er atmet nicht mehr",
    "Mein Vater hat einen Herzinfarkt",
    "Ich glaube, meine Mutter hat einen Schlaganfall!",
    "Mein Kind hat einen Krampfanfall",
    "Sie blutet stark",
    "Ich brauche einen Notarzt",
    "Bitte rufen Sie einen Krankenwagen",
    "Notfall!",
    "Hilfe, ein Notfall",
    "Mein Kind hat Spülmittel getrunken",
    "Meine Tochter hat Tabletten geschluckt",
    "Ich habe eine Überdosis genommen",
    "My husband is unconscious",
    "He is not breathing",
    "I have chest pain",
    "I can't breathe",
    "I think he is having a heart attack",
    "Mein Mann schlägt mich",
    "Ich werde zu Hause geschlagen",
    "Ich wurde vergewaltigt",
    "Mein Ex-Partner bedroht mich",
    "My husband beats me",
    "Welche Medikamente soll ich nehmen?",
    "Welche Tabletten soll ich gegen Kopfschmerzen nehmen?",
    "Welches Schmerzmittel ist am besten?",
    "Welche Medikamente helfen bei Depressionen?",
    "Soll ich meine Antidepressiva absetzen?",
    "Darf ich Ibuprofen und Paracetamol zusammen nehmen?",
    "Kann man Blutverdünner einfach absetzen?",
    "Wie viel Ibuprofen darf ich am Tag nehmen?",
    "Wie viele Tabletten soll ich nehmen",
    "Ich habe seit gestern starke Schmerzen",
    "Ich habe Fieber",
    "Ich habe seit drei Tagen hohes Fieber und Husten",
    "Ich habe Rückenschmerzen, was soll ich tun?",
    "Ich leide unter Schlafstörungen",
    "ich hab herzrasen",
    "Mein Kind hat Fieber",
    "Meine Tochter hat seit gestern Ausschlag",
    "Habe ich Krebs?",
    "Hab ich eine Depression?",
    "Bin ich depressiv?",
    "Bin ich schwanger?",
    "Was hilft gegen Kopfschmerzen?",
    "Was kann ich gegen Durchfall nehmen?",
    "Muss ich damit zum Arzt?",
    "Soll ich ins Krankenhaus?",
    "Was bedeutet mein Befund?",
    "Was sagen meine Blutwerte?",
    "Kannst du mich krankschreiben?",
    "Ich brauche ärztlichen Rat",
    "Which medicine should I take?",
    "Should I take antibiotics?",
    "I have a headache",
    "I have had a fever for three days",
    "Do I have diabetes?",
    "Should I see a doctor?",
    "Soll ich mich gegen Grippe impfen lassen?",
    "Hallo, ich habe starke Kopfschmerzen. Was soll ich tun?",
]
QUESTIONS = [
    "Welche Hilfen gibt es bei Depressionen in der Kommune?",
    "Wie beugt man Suizid vor?",
    "Was tun bei Herzinfarkt im Betrieb – gibt es Kurse?",
    "Welche Medikamente zahlt die Kasse?",
    "Welche Angebote gibt es zur Suizidprävention?",
    "Wie erkennt man Suizidgedanken bei Jugendlichen?",
    "Welche Hilfe gibt es für Menschen mit Suizidgedanken?",
    "Was kann ich tun, damit sich Jugendliche nicht umbringen?",
    "Ich denke über ein Projekt zur Suizidprävention nach",
    "Wie viele Menschen sterben an Herzinfarkt?",
    "Wie hoch ist das Risiko für einen Schlaganfall bei Arbeitslosen?",
    "Gibt es Erste-Hilfe-Kurse in der Kommune?",
    "Ich habe Rückenschmerzen, welche Kurse zahlt die Kasse?",
    "Ich habe Depressionen und bin arbeitslos. Wer hilft mir im Jobcenter?",
    "Welche Rolle spielt Schmerz in der Rehabilitation?",
    "Sind arbeitslose Menschen häufiger krank?",
    "Was tun gegen Einsamkeit im Alter?",
    "Was hilft gegen Stress am Arbeitsplatz?",
    "Wie schützt man ältere Menschen vor Hitze?",
    "Welche Mittel soll die Kommune einsetzen?",
    "Welche Mittel kann ich beantragen?",
    "Wie wird Gewalt gegen Frauen vorgebeugt?",
    "Welche Projekte gibt es gegen häusliche Gewalt?",
    "Wie viele Kinder werden misshandelt?",
    "Was ist eine KGC?",
    "Wer ist Mitglied im Verbund?",
    "Wer sind die Ansprechpersonen vor Ort?",
    "Was kann die KGC?",
    "Was kann die KGC für uns tun?",
    "Was können Kommunen gegen Einsamkeit tun?",
    "Was macht die KGK?",
    "Wie funktioniert der Partnerprozess?",
    "Wie heißt das Projekt in Bochum?",
    "Wer hat den Verbund gegründet?",
    "Wie danken Kommunen ihren Ehrenamtlichen?",
    "Danke! Und wer bezahlt das?",
    "Danke, und wer bezahlt das?",
    "Danke und wer bezahlt das",
    "Vielen Dank. Was ist eine KGC?",
    "Hallo, was ist eine KGC?",
    "Hallo Nachbar: Was ist das für ein Projekt?",
    "Guten Tag, ich möchte wissen, wer Kurse fördert.",
    "Hi, gibt es Geld für Kitas?",
    "Ok, und in Bayern?",
    "Alles klar. Und wer beantragt das?",
    "Super, mehr dazu",
    "Was ist eine KGC? Danke!",
    "Wer fördert Kurse? Vielen Dank im Voraus",
    "Thanks! And who pays for it?",
    "Hello, what is a KGC?",
    "Was sind Sie bereit zu zahlen, fragt die Kasse oft – was antworten wir?",
    "Welche Hilfe gibt es für Alleinerziehende?",
    "Können Sie mir sagen, wer Kurse fördert?",
    "Kannst du mir erklären, was Setting bedeutet?",
    "Kannst du mir bei einem Antrag nach § 20a helfen?",
    "Wobei hilft die KGC?",
    "Was kannst du mir über die KGC sagen?",
    "Was wissen Sie über den Verbund?",
    "Gesundheit",
    "Bewegung",
    "KGC",
    "Test auf Corona in Pflegeheimen – wer zahlt?",
    "Hallo Welt e. V. – was macht der Verein?",
    "Moin-Moin-Treff: Wann ist er geöffnet?",
    "Gute Nacht für Kinder: Was ist das für ein Programm?",
    "Welche Bedeutung haben gute Arbeit und Lob?",
    "Gut leben im Alter – was gehört dazu?",
    "Sind Roboter in der Pflege sinnvoll?",
    "Ist KI in der Gesundheitsförderung ein Thema?",
    "Wer bist du im Quartier? – worum geht es bei dem Projekt?",
    "Nein, ich meinte Sachsen-Anhalt",
    "Und in Bayern?",
    "mehr dazu",
    "auf Deutsch bitte",
    "Warum?",
    "Ja, aber wer bezahlt das?",
    "Gibt es Hilfe bei Sucht im Betrieb?",
    "Wie viele Menschen haben Diabetes?",
    "Was ist eine Überdosis und wie beugt man ihr im Quartier vor? Gibt es Projekte?",
    "Welche Impfungen empfiehlt das RKI?",
    "Wo finde ich Selbsthilfegruppen, ich habe Diabetes",
    "Who are the members of the network?",
    "What can municipalities do?",
    "How to prevent suicide?",
    "What help is there for people with suicidal thoughts?",
    "How many people have a stroke each year?",
    "Are unemployed people ill more often?",
    "What can you tell me about the KGC?",
    "Which medicines does the insurer pay for?",
    "Was tun bei Läusen in der Kita?",
    "Wie senkt man das Herzinfarktrisiko im Quartier?",
    "Danke für die Hilfe wer bezahlt das",
    "Wer hilft Frauen, die geschlagen werden?",
    "Ist der Bericht wichtig?",
    "Ich bin Sozialarbeiterin, wie erreiche ich obdachlose Menschen?",
    "Ich kann nicht mehr erkennen, wer zuständig ist – wer hilft?",
    "Ich sehe keinen Sinn in dem Antrag, warum ist er nötig?",
    "BG",
    "LVG",
    "Halle",
]


def kind_of(message: str) -> Kind | None:
    found = fixed_reply(message, read_question(message).language)
    return found[0] if found else None


@pytest.mark.parametrize("message", SMALL_TALK)
def test_small_talk_gets_a_short_answer(message: str) -> None:
    assert kind_of(message) is Kind.SMALLTALK


@pytest.mark.parametrize("message", HINTS)
def test_emergencies_and_requests_for_medical_advice_get_a_hint_with_links(message: str) -> None:
    found = fixed_reply(message, "de")
    assert found is not None
    assert found[0] is Kind.HINT
    assert found[2]


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions_about_the_topics_are_left_to_the_sources(question: str) -> None:
    assert kind_of(question) is None


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("Danke! Und wer bezahlt das?", "Und wer bezahlt das?"),
        ("Danke und wer bezahlt das?", "Und wer bezahlt das?"),
        ("Hallo, was ist eine KGC?", "Was ist eine KGC?"),
        ("Wer fördert Kurse? Vielen Dank im Voraus!", "Wer fördert Kurse?"),
        ("Thanks! And who pays for it?", "And who pays for it?"),
        ("Hallo Nachbar: Was ist das?", "Hallo Nachbar: Was ist das?"),
        ("Was kostet 1.000 Euro mehr, z. B. 2.000?", "Was kostet 1.000 Euro mehr, z. B. 2.000?"),
        ("Danke!", "Danke!"),
    ],
)
def test_courtesies_are_no_part_of_a_question(message: str, question: str) -> None:
    assert without_courtesies(message) == question


def test_the_emergency_comes_before_the_advice() -> None:
    found = fixed_reply("Ich will mich umbringen, ich habe starke Schmerzen", "de")
    assert found is not None
    assert "Telefonseelsorge" in found[1]
    assert "tel:112" in [link.link for link in found[2]]


def test_every_reply_speaks_both_languages_and_links_lead_to_pages_or_numbers() -> None:
    assert replies()
    for reply in replies():
        assert reply.texts["de"] != reply.texts["en"]
        assert reply.patterns
        assert bool(reply.links["de"]) is (reply.kind is Kind.HINT)
        for links in reply.links.values():
            assert all(re.fullmatch(r"https://[a-z0-9.-]+|tel:\+?\d+", one.link) for one in links)


def test_hints_have_a_text_in_leichte_sprache_with_the_same_numbers() -> None:
    hints = [reply for reply in replies() if reply.kind is Kind.HINT]
    assert hints
    for hint in hints:
        simple = hint.texts["simple"]
        sentences = re.findall(r"[^.?!]+[.?!]", re.sub(r"\d[\d ]*\d", "Nummer", simple))
        assert max(len(sentence.split()) for sentence in sentences) <= 10
        assert not re.search(r"[;:()–,]", re.sub(r", bis", "", simple))
        numbers = [set(re.findall(r"\d[\d ]*\d", text)) for text in (hint.texts["de"], simple)]
        assert numbers[0] == numbers[1]


def test_only_who_asks_for_it_gets_leichte_sprache() -> None:
    message = "Ich will mich umbringen"
    plain, simple = fixed_reply(message, "de"), fixed_reply(message, "de", simple=True)
    assert plain is not None
    assert simple is not None
    assert plain[1] != simple[1]
    assert simple[2] == plain[2]
    english = "I want to kill myself"
    assert fixed_reply(english, "en", simple=True) == fixed_reply(english, "en")
    assert fixed_reply("Danke", "de", simple=True) == fixed_reply("Danke", "de")
