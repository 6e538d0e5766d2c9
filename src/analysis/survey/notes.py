"""The closed list of remarks that a row of a result may carry."""

from enum import StrEnum


class Note(StrEnum):
    """Why a row says less than it might; the empty note says that nothing is missing.

    ``caution`` marks an interval whose true coverage may be below its nominal one (skewed answers, few people, a
    few against many): such a row gives no verdict. Every other note but the empty one means that there is no interval.
    """

    NONE = ""
    NO_RESPONDENTS = "no respondents"
    ONE_RESPONDENT = "one respondent"
    CENSUS = "census"
    CONSTANT = "constant"
    NO_DF = "no degrees of freedom"
    UNDEFINED = "undefined"
    CAUTION = "caution"


NOTES: tuple[str, ...] = tuple(str(note) for note in Note)
