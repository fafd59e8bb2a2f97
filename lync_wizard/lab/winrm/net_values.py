"""Values of .NET that are more than their text: members of enumerations, versions, XML.

Each is the text that .NET gives it, so that a simulated cmdlet compares it as text.
"""

from __future__ import annotations


class Member(str):
    """A member of a .NET enumeration: its name, the full name of its type, and its number."""

    __slots__ = ("number", "type_name")
    type_name: str
    number: int

    def __new__(cls, name: str, type_name: str, number: int) -> Member:
        member = super().__new__(cls, name)
        member.type_name, member.number = type_name, number
        return member


class Version(str):
    """A System.Version: two to four whole numbers with dots between them."""

    __slots__ = ()


class XmlDocument(str):
    """A System.Xml.Linq.XDocument, of which only the text counts."""

    __slots__ = ()
