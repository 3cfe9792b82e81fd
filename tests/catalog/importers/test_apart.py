from pathlib import Path

import pandas as pd
import pytest

from workbench.catalog.importers.apart import understand_apart
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import InputError


def test_another_process_gives_the_same_plan_and_the_same_error(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    pd.DataFrame(
        {"plate": "P", "well": ["A1", "A2", "A3"], "gene": ["NT", "NT", "TP53"], "f1": [1.0, 2, 3]}
    ).to_parquet(path)
    plan, symbols = understand_apart([path], "mine", Wishes(), frozenset())
    assert (plan.counts["well"], symbols) == (3, frozenset({"TP53"}))
    path.write_bytes(b"PAR1")
    with pytest.raises(InputError, match="not a readable Parquet") as caught:
        understand_apart([path], "mine", Wishes(), frozenset())
    assert caught.value.hint == "Write or download it again."
