"""What the benchmarks of virtual cells read: a catalog with the bundled data and, where a mirror is set, the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.house.homes import empty_home
from workbench.catalog.store import Catalog

BUNDLED = (
    "l1000_orf_u2os",
    "gene_relationships",
    "reactome_pathways",
    "hallmark",
    "cellbox_skmel133",
    "perturbseq_small",
    "nelisa_jump_target",
    "bbbc021",
)
FROM_MIRROR = ("omnipath", "dorothea", "trrust", "gi_crispra_k562")


@contextmanager
def cell_catalog(*names: str) -> Iterator[Catalog]:
    """A catalog with these data sets; those that are not bundled only when WORKBENCH_MIRROR has them."""
    from workbench.catalog.datasets import import_dataset
    from workbench.settings import Settings

    with empty_home() as home:
        catalog = Catalog.open(Settings(home=home))
        for name in names:
            if name in BUNDLED or catalog.settings.mirror is not None:
                import_dataset(catalog, name)
        try:
            yield catalog
        finally:
            catalog.close()
