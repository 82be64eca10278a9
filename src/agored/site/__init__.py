"""The built-in catalogue's pages, from ``portal/data/`` and a few settings alone; it needs no server of its own."""

from agored.site.pages import SiteSettings, render

__all__ = ["SiteSettings", "render"]
