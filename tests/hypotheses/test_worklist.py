import io

import pandas as pd

from workbench.catalog.safe_csv import to_csv
from workbench.hypotheses.transfers import Transfer
from workbench.hypotheses.worklist import ECHO, echo_picklist, hamilton_worklist, opentrons_worklist

MOVES = [
    Transfer("SRC1", "A01", "WB0001-1", "AF48", 12.5, "=HYPERLINK(1)", 10_000.0),
    Transfer("SRC1", "B02", "WB0001-1", "C03", 2500.0, "TP53", None),
]


def test_an_echo_picklist_has_the_five_columns_in_nanolitres() -> None:
    table = pd.read_csv(io.StringIO(to_csv(echo_picklist(MOVES))))
    assert tuple(table.columns) == ECHO
    assert table["Transfer Volume"].tolist() == [12.5, 2500.0]
    assert table["Source Well"].tolist() == ["A1", "B2"]  # the Echo's own form has no zeros
    assert table["Destination Well"].tolist() == ["AF48", "C3"]
    assert table["Sample Name"].tolist() == ["'=HYPERLINK(1)", "TP53"]


def test_pipettes_get_microlitres_and_wells_without_zeros() -> None:
    for table in (opentrons_worklist(MOVES), hamilton_worklist(MOVES)):
        assert table.iloc[1].tolist()[:5] == ["SRC1", "B2", "WB0001-1", "C3", 2.5]
        assert table.iloc[0, 3] == "AF48"
