"""Prose for the sample files, of our own writing."""

PROSE = (
    "In Großstädten wohnen Familien mit wenig Einkommen oft an lauten Straßen. Grünflächen sind "
    "dort knapp, und Vereine für Kinder gibt es kaum. Die Stadtteilkonferenz hat deshalb "
    "beschlossen, Bewegungsangebote dort zu schaffen, wo die Menschen täglich sind: in der Kita, "
    "in der Schule und im Jugendzentrum. Fachkräfte begleiten die Eltern über zwei Jahre hinweg."
)
MORE_PROSE = (
    "Für ältere Menschen, die allein leben, übernehmen Nachbarschaftshelferinnen kleine Wege und "
    "laden zum Mittagstisch ein. Wer möchte, wird zu Hause besucht. Die Erfahrungen zeigen, dass "
    "persönliche Ansprache mehr bewirkt als Faltblätter, denn Vertrauen wächst im Gespräch."
)
