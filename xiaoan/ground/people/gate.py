"""The gate under the name that pages above the ground import; units, norms and journal use the kernel's."""

from xiaoan.kernel.gate import View, needs, public, signed_in

__all__ = ["View", "needs", "public", "signed_in"]
