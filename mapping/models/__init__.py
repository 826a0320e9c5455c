from mapping.models.areas import Area, AreaPart, BoundarySet, Office, OfficeArea
from mapping.models.feed import Change, ChangeNew, FeedState, Tally, TallyDelta
from mapping.models.people import Grant, Person
from mapping.models.pins import (
    Category,
    CategoryGroup,
    Confirmation,
    Entry,
    Photo,
    Pin,
    PinFull,
    PinPublic,
    Status,
)

__all__ = [
    "Area",
    "AreaPart",
    "BoundarySet",
    "Category",
    "CategoryGroup",
    "Change",
    "ChangeNew",
    "Confirmation",
    "Entry",
    "FeedState",
    "Grant",
    "Office",
    "OfficeArea",
    "Person",
    "Photo",
    "Pin",
    "PinFull",
    "PinPublic",
    "Status",
    "Tally",
    "TallyDelta",
]
