"""Every role, rank and qualification that a norm or an example names has words people can read."""

from __future__ import annotations

import pytest

from zhunsheng.acts.roles import QUALIFICATIONS, RANKS, ROLES
from zhunsheng.acts.surroundings import rulebook_folder, surroundings
from zhunsheng.norms.binding import bind
from zhunsheng.norms.expressions import Company, Node, Shared
from zhunsheng.norms.loading import load_norms
from zhunsheng.norms.plans import Conflict, conditions


@pytest.fixture(scope="module")
def named() -> tuple[set[str], set[str], set[str]]:
    norms = load_norms(rulebook_folder())
    roles, ranks, qualifications = set(), set(), set()

    def note(node: Node) -> None:
        for part in node.walk():
            if isinstance(part, Company):
                roles.update(part.roles)
                ranks.update(part.ranks)
                qualifications.update(part.qualifications)
            elif isinstance(part, Shared):
                roles.update({*part.roles, *part.others})

    for plan in bind(norms, surroundings(norms)):
        for node in conditions(plan):
            note(node)
        if isinstance(plan.form, Conflict):
            roles.update({*plan.form.roles, *plan.form.others})
    return roles, ranks, qualifications


def test_norms_name_only_known_roles(named) -> None:
    roles, ranks, qualifications = named
    assert len(roles) > 10
    assert (roles - ROLES.keys(), ranks - RANKS.keys(), qualifications - QUALIFICATIONS.keys()) == (set(), set(), set())
