"""Reads of analysis."""

from .figures import Figures, figures_of, units_read

__all__ = ["Figures", "figures_of", "units_read"]
