"""The faces' one vocabulary: base templates, strict components, Chinese dates and figures, page or part.

Its words: a *mark* says a state (pill, tag, bar), a *block* says a thing (strip, clock, evidence),
a *part* is a piece of a page that htmx may ask for alone. It knows no domain: pages hand it
plain values or the small dataclasses defined here. Always true: a state is told by word and
shape as well as by colour; an unknown property or state raises instead of drawing nonsense.
"""
