"""What a form is made of: a sheet is one act or several done in one go, with what is fixed, what is asked first and of whom.

Every act type has a plain sheet of its own; the ones used every day are laid out in `daily` and `combined`. A sheet is data:
nothing in it says how it is drawn or checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from zhunsheng.acts.record_types import ERASED, WITHDRAWN
from zhunsheng.acts.registry import ActType
from zhunsheng.acts.vocabulary import vocabulary
from zhunsheng.procedure.powers import Desk, desk_of


@dataclass(frozen=True)
class Step:
    """One act of a sheet. `fixed` are facts that follow from the choice of the sheet."""

    type: str
    fixed: Mapping[str, Any] = field(default_factory=dict)
    at: Literal["start", "end"] = "start"
    """Whether it happens when the whole begins or when it ends; an act that lasts takes the whole time."""
    option: tuple[str, str] | None = None
    """The words of the tick that says it was done; without it the act is always recorded."""
    done: bool = True
    """Whether that tick is set to begin with."""
    media: bool = False
    """Whether recordings attached to the form belong to this act; else to the first."""
    nobody: bool = False
    """Whether it is about the case and not about the people named."""
    alone: bool = False
    """Whether it is done by whoever records, without the second officer."""

    @property
    def declared(self) -> ActType:
        return vocabulary().types[self.type]


@dataclass(frozen=True)
class Sheet:
    """One form."""

    slug: str
    zh: str
    en: str
    steps: tuple[Step, ...]
    first: tuple[str, ...] = ()
    """Fields asked first, in this order; the others follow as declared."""
    usual: Mapping[str, Any] = field(default_factory=dict)
    """What a field says unless somebody changes it: the ordinary way of doing it, never a legal fact."""
    aside: frozenset[str] = frozenset()
    """Fields out of the ordinary, under “special circumstances”."""
    people: tuple[str, ...] = ()
    """Parts in the case of those it is about; the first is taken where there is one of them only."""
    many: bool = True
    """Whether it may be about several people at once."""
    whom: bool = True
    """Whether it must be about somebody, where its acts can be."""
    roles: tuple[str, ...] = ()
    """Parts at the act that officers beside the handling ones take."""
    help_zh: str = ""
    help_en: str = ""

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(step.type for step in self.steps)

    @property
    def lasts(self) -> bool:
        """Whether it has an end."""
        return any(step.declared.lasts for step in self.steps)

    @property
    def desk(self) -> Desk:
        return desk_of(self.steps[0].type)

    def subjects(self) -> tuple[str, ...]:
        """Kinds of subject its acts name, each once; a recording made on the way is about what the other acts are about."""
        own = [step for step in self.steps if not step.media] or list(self.steps)
        return tuple(dict.fromkeys(kind for step in own for kind in step.declared.subjects))

    def asked(self) -> tuple[str, ...]:
        """The fields of all its acts, each once, in the order they are asked; those every act has fixed are left out."""
        names = dict.fromkeys(
            name for step in self.steps for name in step.declared.fields if name not in step.fixed
        )
        order = [name for name in self.first if name in names]
        return tuple(dict.fromkeys((*order, *names)))


@cache
def sheets() -> Mapping[str, Sheet]:
    """Every sheet by its slug: one for each act type, and those of several acts."""
    from zhunsheng.casework.forms.combined import COMBINED
    from zhunsheng.casework.forms.daily import DAILY

    found = {name: plain(t) for name, t in vocabulary().types.items() if not own_page(name)}
    found |= {sheet.slug: sheet for sheet in DAILY}
    for sheet in COMBINED:
        assert sheet.slug not in found, sheet.slug
        found[sheet.slug] = sheet
    return found


def own_page(act_type: str) -> bool:
    """Whether acts of a type are made on pages of their own and nowhere else: withdrawals, erasures, steps of accountability."""
    return act_type in (WITHDRAWN, ERASED) or act_type.startswith("accountability.")


def plain(declared: ActType) -> Sheet:
    """The sheet of an act type that nothing more is said of."""
    return Sheet(declared.name, declared.zh, declared.en, (Step(declared.name),), whom=False)


def single(act_type: str, **more: Any) -> Sheet:
    """A sheet of one act that is laid out with care."""
    declared = vocabulary().types[act_type]
    fixed = more.pop("fixed", {})
    return Sheet(act_type, declared.zh, declared.en, (Step(act_type, fixed),), **more)
