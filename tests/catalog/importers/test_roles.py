import pytest

from workbench.catalog.importers.formats import open_table
from workbench.catalog.importers.roles import find_column, roles_of
from workbench.catalog.importers.wishes import Wishes
from workbench.errors import InputError


def test_features_are_what_is_measured_and_nothing_else(write_csv) -> None:
    path = write_csv(
        "Metadata_Plate,Metadata_Well,Metadata_Name,Image_Count,Cells_Area,Nuclei_Area,URL\nP,A1,x,5,1.5,2,a\nP,A2,y,5,2,3,b\n"
    )
    roles = roles_of(open_table(path), Wishes())
    assert roles.features == ["Cells_Area", "Nuclei_Area"]
    assert roles.left_out == ["URL"]


def test_numbers_about_wells_are_no_features(write_csv) -> None:
    path = write_csv("plate,well,compound,conc,replicate,row,col,cell_count,f1,f2\nP,A1,x,1,1,1,1,90,0.5,1\n")
    roles = roles_of(open_table(path), Wishes())
    assert roles.features == ["f1", "f2"]
    assert (roles["dose"], roles["cell_count"]) == ("conc", "cell_count")


def test_feature_names_outvote_other_numbers(write_csv) -> None:
    path = write_csv("gene,passage_number,feature_0,feature_1,feature_2\nTP53,3,1,2,3\n")
    assert roles_of(open_table(path), Wishes()).features == ["feature_0", "feature_1", "feature_2"]


def test_a_column_that_is_not_there_offers_the_nearest(write_csv) -> None:
    table = open_table(write_csv("plate,well,compound,f1\nP,A1,x,1\n"))
    assert find_column(table, "Metadata_Plate") == "plate"
    with pytest.raises(InputError, match=r"no column 'compond'.*compound"):
        roles_of(table, Wishes(perturbation_column="compond"))


def test_hidden_signs_in_a_feature_name_are_refused(write_csv) -> None:
    with pytest.raises(InputError, match=r"\\u202e"):
        roles_of(open_table(write_csv("plate,well,drug,f\u202e1\nP,A1,x,1\n")), Wishes())
