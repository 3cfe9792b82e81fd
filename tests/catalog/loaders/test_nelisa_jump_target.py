def test_counts_are_those_of_the_source(loaded) -> None:
    wells = loaded("nelisa_jump_target", "well")
    assert len(wells) == 1525
    assert wells["is_control"].sum() == 256
    assert wells[wells["is_control"]].groupby("Metadata_Plate").size().tolist() == [64] * 4
    assert len(loaded("nelisa_jump_target", "feature")) == 191
    assert len(loaded("nelisa_jump_target", "response")) == 304


def test_compounds_join_the_jump_plate_by_inchikey(loaded) -> None:
    here = set(loaded("nelisa_jump_target", "compound")["Metadata_InChIKey"])
    assert len(here) == 305
    there = set(loaded("cpjump1", "well")["perturbation_id"].str.removeprefix("compound:"))
    assert len(here - there - {"IAZDPXIOMUYVGZ-UHFFFAOYSA-N"}) == 0


def test_replicates_agree_more_often_than_not(loaded) -> None:
    responses = loaded("nelisa_jump_target", "response")
    assert (responses["n"] >= 3).mean() > 0.9
    assert (responses["agreement"].dropna() > 0).mean() > 0.7
