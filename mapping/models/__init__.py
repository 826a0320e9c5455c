from mapping.models.areas import Area, AreaIndicator, AreaPart, AreaShape, BoundarySet, Indicator, Office, OfficeArea
from mapping.models.exchange import Import, ImportBefore, ImportNote, ImportProgress
from mapping.models.feed import Change, ChangeNew, FeedState, Tally, TallyDelta
from mapping.models.notices import LineEvent, Notice, Subscription
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
    "AreaIndicator",
    "AreaPart",
    "AreaShape",
    "BoundarySet",
    "Category",
    "CategoryGroup",
    "Change",
    "ChangeNew",
    "Confirmation",
    "Entry",
    "FeedState",
    "Grant",
    "Import",
    "ImportBefore",
    "ImportNote",
    "ImportProgress",
    "Indicator",
    "LineEvent",
    "Notice",
    "Office",
    "OfficeArea",
    "Person",
    "Photo",
    "Pin",
    "PinFull",
    "PinPublic",
    "Status",
    "Subscription",
    "Tally",
    "TallyDelta",
]
