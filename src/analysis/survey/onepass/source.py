"""What estimates are made from: a design (read once more) or sums that somebody already made."""

from collections.abc import Sequence
from typing import TypeAlias

from analysis.survey.design import SurveyDesign
from analysis.survey.faults import SurveyError, shown, some
from analysis.survey.onepass.build import build
from analysis.survey.onepass.gather import collapse
from analysis.survey.onepass.sums import Sums
from analysis.survey.variables import Variable, items_of, of_several

Source: TypeAlias = SurveyDesign | Sums


def sums_for(
    source: Source,
    variables: Sequence[Variable],
    by: tuple[str, ...],
    *,
    joint: bool = False,
    as_categories: bool = False,
) -> Sums:
    """Return the sums of some variables by some domains.

    ``joint`` adds the products that covariances across items need.
    """
    items = tuple(dict.fromkeys(item for variable in variables for item in items_of(variable)))
    made_of = [variable for variable in variables if of_several(variable)]
    if isinstance(source, SurveyDesign):
        joints = (items,) if joint and len(items) > 1 else [variable.items for variable in made_of]
        composites = [variable.parts for variable in made_of]
        return build(source, items, by, joints=joints, composites=composites, as_categories=as_categories)
    if not isinstance(source, Sums):
        raise SurveyError(f"source must be a SurveyDesign or Sums, not {shown(source)}")
    missing = [item for item in items if item not in source.items]
    missing += [variable.name for variable in made_of if variable.parts not in source.composites]
    if missing:
        raise SurveyError(f"these sums hold {some(list(source.items))}; they lack {some(missing)}")
    return collapse(source, by)
