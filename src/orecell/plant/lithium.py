"""The units of a lithium plant: carbonate, hydroxide, direct extraction from brine, leach of claystone."""

from __future__ import annotations

from orecell.plant import lithium_brine, lithium_carbonate, lithium_claystone, lithium_hydroxide

KINDS = (lithium_carbonate.KIND, lithium_hydroxide.KIND, lithium_brine.KIND, lithium_claystone.KIND)
"""Every kind of unit of this part."""
