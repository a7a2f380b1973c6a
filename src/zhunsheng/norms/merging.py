"""A draft laid over a rulebook: a norm of the same id takes the place of the one there, everything else stays."""

from __future__ import annotations

from collections.abc import Collection

from zhunsheng.norms.loading import LoadedFile, NormSet
from zhunsheng.norms.yaml_source import YamlList, YamlMap


def merged(base: NormSet, over: NormSet) -> NormSet:
    """The norms of both; where both have one of an id, that of `over`."""
    replaced = {norm.id for norm in over.norms}
    kept = (without(file, replaced) for file in base.files)
    return NormSet((*(file for file in kept if file is not None), *over.files))


def without(file: LoadedFile, ids: Collection[str]) -> LoadedFile | None:
    """A file without some of its norms, its places kept; None when nothing of it is left."""
    left = [n for n, norm in enumerate(file.model.norms) if norm.id not in ids]
    if len(left) == len(file.model.norms):
        return file
    model = file.model.model_copy(update={"norms": [file.model.norms[n] for n in left]})
    if not (model.norms or model.parameters or model.dates):
        return None
    tree = YamlMap(file.tree)
    tree.at, tree.places = file.tree.at, file.tree.places
    norms = YamlList(file.tree["norms"][n] for n in left)
    norms.at = file.tree["norms"].at
    norms.places = {n: file.tree["norms"].places[old] for n, old in enumerate(left)}
    tree["norms"] = norms
    return LoadedFile(file.path, model, tree)
