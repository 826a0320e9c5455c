"""Every kind of file that can come in. Importing this module registers them all."""

from mapping.exchange import boundaries, figures, generations, indicators, offices, pins, villages
from mapping.exchange.imports import KINDS

__all__ = ["KINDS", "boundaries", "figures", "generations", "indicators", "offices", "pins", "villages"]
