from workbench.catalog.batch import Batch
from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.relations import Relations
from workbench.catalog.importers.wishes import Wishes


def read(path) -> tuple[Batch, dict]:
    batch = Batch("corum")
    return batch, Relations().read(open_table(path), batch, Wishes(), frozenset(), None)


def test_pairs_that_stand_there_both_ways_are_kept_once(write_csv) -> None:
    batch, facts = read(write_csv("entity1,entity2\nB,A\nA,B\nNA,C\n"))
    (edges,) = batch.frames["network_edge"]
    assert edges[["source", "target"]].to_numpy().tolist() == [["A", "B"], ["C", "NA"]]
    assert not edges["directed"].any()
    assert set(edges["network"]) == {"corum"}
    assert facts["notes"] == ("rows that repeat a pair, kept once: 1",)


def test_a_signed_network_keeps_its_direction(write_csv) -> None:
    batch, _ = read(write_csv("source,target,sign,evidence\nTP53,MDM2,1,PMID:1\nMDM2,TP53,-1,\n"))
    (edges,) = batch.frames["network_edge"]
    assert edges[["source", "target", "sign"]].to_numpy().tolist() == [["TP53", "MDM2", 1], ["MDM2", "TP53", -1]]
    assert edges["directed"].all()


def test_rows_that_are_no_relation_are_refused(write_csv) -> None:
    batch, _ = read(write_csv("source,target,sign\nA,A,1\n,B,1\n2-Sep,B,1\nA,B,7\nA,C,\nA,B,0\n"))
    reasons = {refused["row_number"]: refused["reason"] for refused in batch.rejects}
    assert list(reasons) == [1, 2, 3, 4, 5]
    assert "itself" in reasons[1]
    assert "two genes" in reasons[2]
    assert "date" in reasons[3]
    assert "sign" in reasons[4]
    assert batch.counts() == {"network_edge": 1}


def test_other_columns_are_not_accepted(write_csv) -> None:
    assert not Relations().accepts(open_table(write_csv("entity1,score\nA,1\n")), Wishes())
    assert Relations().accepts(open_table(write_csv("entity2,entity1,x\nA,B,1\n")), Wishes())
