"""From what people ask (perturbations, context, dose, time) to the virtual cell that answers and the id of the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from workbench.catalog.datasets import list_datasets
from workbench.catalog.identifiers import find_compound, find_gene
from workbench.catalog.models import promoted_version
from workbench.cells.questions import find_question, list_questions, task_context
from workbench.errors import InputError, UnknownNameError, WorkbenchError
from workbench.training.recipe import Recipe, read_recipe, recipe_names

if TYPE_CHECKING:
    from workbench.catalog.store import Catalog


class Asked(NamedTuple):
    """The task that answers, and the id of the perturbation there."""

    task: str
    perturbation_id: str


def resolve(
    catalog: Catalog, perturbations: str | Sequence[str], context: str = "", dose: float | Sequence[float] | None = None,
    time: float | None = None, *, readout: str = "", task: str = "",
) -> Asked:  # fmt: skip
    """The one virtual cell that answers: of this context (cell line), time in h and kind of readout (the data set's
    modality), and that can be asked about these perturbations, at this dose in µM.

    Raises UnknownNameError with the reason of each virtual cell when none does, InputError when several do.
    """
    names = [perturbations] if isinstance(perturbations, str) else list(perturbations)
    doses = list(dose) if isinstance(dose, Sequence) else [dose] * len(names)
    if not names or len(doses) != len(names):
        raise InputError(
            f"{len(names)} perturbations and {len(doses)} doses do not fit.", hint="Give one dose for each."
        )
    if task:
        recipe = read_recipe(task)
        _require_context(recipe, context, time)
        if len(names) == 1 and ":" in names[0] and doses == [None]:
            return Asked(task, names[0])  # an id as it is
        return Asked(task, question_id(catalog, recipe, names, doses))
    found, refused = _answering(catalog, names, doses, context, time, readout, in_catalog=True)
    if not found:  # a gene that nothing knows, when it is no compound's name either
        found, refused = _answering(catalog, names, doses, context, time, readout, in_catalog=False)
    real = [asked for asked in found if not read_recipe(asked.task).simulated]
    answers = real or found
    if len(answers) > 1:
        tasks = ", ".join(f"{asked.task} ({read_recipe(asked.task).title})" for asked in answers)
        raise InputError(
            f"{len(answers)} virtual cells answer this: {tasks}.", hint="Say which by `task`, `context` or `readout`."
        )
    if not answers:
        raise UnknownNameError(
            f"no virtual cell answers what {' + '.join(names)} does. {' '.join(refused)}",
            hint="`lab.cells.tasks()` lists what can be asked.",
        )
    return answers[0]


def _answering(
    catalog: Catalog, names: Sequence[str], doses: Sequence[float | None], context: str, time: float | None, readout: str,
    *, in_catalog: bool,
) -> tuple[list[Asked], list[str]]:  # fmt: skip
    """What each promoted virtual cell is asked when it answers, and the reasons of the others."""
    modality = {item.dataset: item.modality for item in list_datasets(catalog)}
    found, refused = [], []
    for name in recipe_names():
        recipe = read_recipe(name)
        if promoted_version(catalog, name) is None:
            continue
        try:
            _require_context(recipe, context, time)
            _require_readout(recipe, modality.get(recipe.dataset, ""), readout)
            found.append(Asked(name, question_id(catalog, recipe, names, doses, in_catalog=in_catalog)))
        except WorkbenchError as error:
            refused.append(f"{name}: {error.message}")
    return found, refused


def question_id(
    catalog: Catalog, recipe: Recipe, names: Sequence[str], doses: Sequence[float | None] = (None,), *,
    in_catalog: bool = False,
) -> str:  # fmt: skip
    """The id of a question of a task, from names as people write them: those of the data set, gene symbols and aliases,
    compounds by name or InChIKey, ids; doses in µM.

    Raises UnknownNameError when the task cannot be asked that, and with `in_catalog` for a gene that the catalog does
    not know.
    """
    questions = list_questions(catalog, recipe)
    told_apart = questions[
        ~questions["name"].str.lower().duplicated(keep=False)
    ]  # two constructs share their gene's name
    by_name = dict(zip(told_apart["name"].str.lower(), told_apart["perturbation_id"], strict=True))
    if recipe.perturbation_kind == "compound":
        for name in names:
            _require_one(
                name, questions["perturbation_id"][questions["name"].str.lower() == name.strip().lower()].tolist()
            )
    known = _Known(catalog, recipe, by_name, frozenset(questions["perturbation_id"]), in_catalog)
    parts = [_part(known, name.strip(), dose) for name, dose in zip(names, doses, strict=True)]
    asked = "+".join(sorted(parts)) if len(parts) > 1 else parts[0]
    find_question(catalog, recipe, asked)
    return asked


def _require_one(name: str, keys: list[str]) -> None:
    if len(keys) > 1:
        raise InputError(
            f"{len(keys)} compounds are called {name}: {', '.join(keys)}.", hint="Ask by one of these ids."
        )


class _Known(NamedTuple):
    catalog: Catalog
    recipe: Recipe
    by_name: dict[str, str]
    ids: frozenset[str]
    in_catalog: bool


def _part(known: _Known, name: str, dose: float | None) -> str:
    """The id of one perturbation."""
    if dose is not None and not dose > 0:
        raise InputError(f"a dose is a positive number of µM, got {dose:g}.", where=name)
    recipe, shown = known.recipe, name if dose is None else f"{name} {dose:g} µM"
    for written in (shown, name if dose is None else f"{name}@{dose:g}"):
        if written in known.ids:
            return written
        if written.lower() in known.by_name:
            return known.by_name[written.lower()]
    if ":" in name and not name.startswith("NAME:"):
        return name if dose is None else f"{name}@{dose:g}"
    if "+" in name:
        return "+".join(sorted(_part(known, part.strip(), dose) for part in name.split("+")))
    if recipe.perturbation_kind == "compound":
        key, dose = _compound_at(name, dose)
        at = "" if dose is None else f"@{dose:g}"
        return f"compound:{find_compound(known.catalog, key).inchikey}{at}"
    if recipe.shape == "strength":
        raise UnknownNameError(
            f"{recipe.dataset} has no perturbation called {shown!r}.", hint=f"E.g. {next(iter(known.by_name), 'none')}."
        )
    if dose is not None:
        raise UnknownNameError(f"{recipe.perturbation_kind} has no dose, so {dose:g} µM cannot be asked.")
    try:
        symbol = find_gene(known.catalog, name).symbol
    except UnknownNameError:
        if known.in_catalog:
            raise
        symbol = name.upper()  # a gene that nothing knows is a question too: its answer says so
    return f"{recipe.perturbation_kind}:{symbol}"


def _compound_at(name: str, dose: float | None) -> tuple[str, float | None]:
    """Name and dose of a compound written with its dose: `taxol 0.3 µM`."""
    words = name.removesuffix("µM").removesuffix("uM").strip().rsplit(" ", 1)
    if dose is None and len(words) == 2:
        try:
            return words[0], float(words[1])
        except ValueError:
            pass
    return name, dose


def _require_context(recipe: Recipe, context: str, time: float | None) -> None:
    here = task_context(recipe)
    if context and context.lower() not in (here.cell_line.lower(), here.context_id.lower(), str(here).lower()):
        raise UnknownNameError(f"it answers in {here}, not in {context}.")
    if time is not None and here.time_h is not None and here.time_h != time:
        raise UnknownNameError(f"it answers after {here.time_h:g} h, not {time:g} h.")
    if time is not None and here.time_h is None:
        raise UnknownNameError(
            f"{recipe.dataset} does not tell the time of its measurement; {time:g} h cannot be asked."
        )


def _require_readout(recipe: Recipe, modality: str, readout: str) -> None:
    if readout and readout.lower() not in modality.lower():
        raise UnknownNameError(f"it reads out {modality}, not {readout}.")
