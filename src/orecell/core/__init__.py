"""Numbers with meaning: elements, formulas, units, money and tolerances. Knows nothing of a case."""
