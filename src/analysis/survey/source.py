"""What estimates are made from: a design (read once more) or sums that somebody already made."""

from collections.abc import Sequence
from typing import TypeAlias

from analysis.survey.build import build
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import SurveyError
from analysis.survey.sums import Sums
from analysis.survey.variables import Variable, items_of

Source: TypeAlias = SurveyDesign | Sums


def sums_for(
    source: Source,
    variables: Sequence[Variable],
    by: tuple[str, ...],
    *,
    joint: bool = False,
    as_categories: bool = False,
) -> Sums:
    """Return the sums of some variables by some domains; ``joint`` with the products that covariances across items
    need."""
    items = tuple(dict.fromkeys(item for variable in variables for item in items_of(variable)))
    composites = tuple(items_of(variable) for variable in variables if len(items_of(variable)) > 1)
    if isinstance(source, SurveyDesign):
        joints = (items,) if joint and len(items) > 1 else composites
        return build(source, items, by, joints=joints, groups=composites, as_categories=as_categories)
    if not isinstance(source, Sums):
        raise SurveyError(f"a SurveyDesign (or Sums) is needed, not {type(source).__name__}")
    missing = [item for item in items if item not in source.items]
    if missing or source.by != by:
        raise SurveyError(f"these sums are by {source.by} of {tuple(source.items)}; they lack {missing or by}")
    return source
