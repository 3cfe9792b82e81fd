"""Gene, Compound, Perturbation and Context."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.nouns.fields import fact, require

KINDS = ("over-expression", "knock-out", "knock-down", "activation", "compound", "combination", "control")


@dataclass(frozen=True)
class Gene:
    """A human gene by HGNC symbol."""

    symbol: str = fact("Symbol")
    title: str = fact("Name", default="")
    ncbi_gene_id: int | None = fact("NCBI gene", default=None)
    aliases: tuple[str, ...] = fact("Aliases", default=())

    def __post_init__(self) -> None:
        require(bool(self.symbol.strip()), "A gene needs a symbol.", self.symbol)


@dataclass(frozen=True)
class Compound:
    """A compound by InChIKey, with its name, structure and annotated targets."""

    inchikey: str = fact("InChIKey")
    name: str = fact("Name", default="")
    smiles: str = fact("SMILES", default="")
    aliases: tuple[str, ...] = fact("Synonyms", default=())
    targets: tuple[str, ...] = fact("Annotated targets", default=())
    mechanisms: tuple[str, ...] = fact("Mechanisms", default=())
    pubchem_cid: int | None = fact("PubChem", default=None)

    def __post_init__(self) -> None:
        require(bool(self.inchikey.strip()), "A compound needs an InChIKey.", self.inchikey)


@dataclass(frozen=True)
class Perturbation:
    """What was done to the cells: a gene or compound intervention, or a combination of them."""

    perturbation_id: str = fact("Perturbation")
    kind: str = fact("Kind", help=", ".join(KINDS))
    name: str = fact("Name")
    genes: tuple[str, ...] = fact("Genes", default=())
    compounds: tuple[str, ...] = fact("Compounds", help="InChIKeys", default=())
    dose_um: tuple[float, ...] = fact("Dose", "µM", default=())

    def __post_init__(self) -> None:
        require(self.kind in KINDS, f"A perturbation's kind is one of {', '.join(KINDS)}.", self.kind)
        require(bool(self.perturbation_id), "A perturbation needs an id.", self.perturbation_id)

    @classmethod
    def of_gene(cls, kind: str, symbol: str, reagent: str = "", name: str = "") -> Perturbation:
        """One gene changed by one kind of intervention; `reagent` tells constructs or guides apart."""
        identity = f"{kind}:{symbol}" + (f"/{reagent}" if reagent else "")
        return cls(identity, kind, name or symbol, genes=(symbol,))

    @classmethod
    def of_compound(cls, inchikey: str, name: str, dose_um: float | None = None) -> Perturbation:
        """One compound, at one dose in µM where it is known."""
        dose = "" if dose_um is None else f"@{dose_um:g}"
        shown = name if dose_um is None else f"{name} {dose_um:g} µM"
        return cls(
            f"compound:{inchikey}{dose}", "compound", shown, compounds=(inchikey,),
            dose_um=() if dose_um is None else (dose_um,),
        )  # fmt: skip

    @classmethod
    def of_parts(cls, parts: tuple[Perturbation, ...]) -> Perturbation:
        """A combination; the order of the parts does not matter."""
        parts = tuple(sorted(parts, key=lambda part: part.perturbation_id))
        return cls(
            "+".join(part.perturbation_id for part in parts), "combination", " + ".join(part.name for part in parts),
            genes=tuple(gene for part in parts for gene in part.genes),
            compounds=tuple(key for part in parts for key in part.compounds),
            dose_um=tuple(dose for part in parts for dose in part.dose_um),
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Perturbation({self.name!r}, {self.kind})"


@dataclass(frozen=True)
class Context:
    """In which cells, for how long, in which medium."""

    cell_line: str = fact("Cell line")
    time_h: float | None = fact("Time", "h", default=None)
    medium: str = fact("Medium", default="")

    @property
    def context_id(self) -> str:
        """Readable key, e.g. `U2OS|72h|`."""
        time = "" if self.time_h is None else f"{self.time_h:g}h"
        return f"{self.cell_line}|{time}|{self.medium}"

    def __str__(self) -> str:
        time = "" if self.time_h is None else f"{self.time_h:g} h"
        return ", ".join(part for part in (self.cell_line, time, self.medium) if part)
