"""What else a word is called: pairs of words that editors keep, live at once in every search.

They widen what is asked for, never what is indexed: a new pair needs no rebuild.
"""

from .value import Synonyms, current, using

__all__ = ["Synonyms", "current", "using"]
