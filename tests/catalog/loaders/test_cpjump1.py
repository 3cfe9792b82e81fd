def test_counts_are_those_of_the_source(loaded, imported) -> None:
    wells = loaded("cpjump1", "well")
    assert len(wells) == 19346
    assert wells["Metadata_Plate"].nunique() == 51
    assert len(loaded("cpjump1", "feature")) == 15
    assert len(loaded("cpjump1", "compound")) == 307
    assert wells["cell_count"].notna().mean() > 0.99


def test_wells_without_scores_are_refused_with_a_reason(imported) -> None:
    rows = imported.lake.rows("SELECT * FROM lake.reject WHERE dataset = 'cpjump1'")
    assert len(rows) == 151
    assert {row["reason"] for row in rows} == {"the profile is not a number"}
    assert all(row["column_name"].startswith("p_") and row["value"] == "nan" for row in rows)


def test_the_well_is_kept_when_its_profile_is_refused(loaded) -> None:
    assert len(loaded("cpjump1", "well")) - len(loaded("cpjump1", "profile")) == 151


def test_kinds_follow_the_plate(loaded) -> None:
    wells, perturbations = loaded("cpjump1", "well"), loaded("cpjump1", "perturbation")
    kinds = wells["perturbation_id"].map(perturbations.set_index("perturbation_id")["kind"])
    assert set(kinds) == {"compound", "knock-out", "over-expression", "control"}
    assert (kinds[wells["is_control"]] == "control").all()
    assert wells["is_control"].sum() > 1000
