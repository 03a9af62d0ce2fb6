"""慧办: one platform for a district, its communities and its residents."""

__version__ = "0.1.0"
