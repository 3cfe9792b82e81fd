import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.kernels.molecules import depict, fragments, from_mapped_smiles, mol_block, parse_smiles, to_rdkit

IBUPROFEN = "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O"


def test_identity_agrees_with_published_keys() -> None:
    ibuprofen = parse_smiles(IBUPROFEN)
    assert ibuprofen.inchikey == "HEFNNWSXXWATRW-JTQLQIEISA-N"  # PubChem CID 39912, dexibuprofen
    assert (ibuprofen.formula, ibuprofen.n_atoms, ibuprofen.charge) == ("C13H18O2", 33, 0)
    assert ibuprofen.weight == pytest.approx(206.28, abs=0.01)
    assert parse_smiles("CN1C=NC2=C1C(=O)N(C(=O)N2C)C").inchikey == "RYYVLZVUVIJVGH-UHFFFAOYSA-N"  # caffeine


def test_spelling_does_not_matter() -> None:
    assert parse_smiles("OC(=O)[C@@H](C)c1ccc(CC(C)C)cc1") == parse_smiles(IBUPROFEN)
    assert parse_smiles(" CCO ethanol").smiles == "CCO"
    assert parse_smiles("CCO |$a;b;c$|").smiles == "CCO"


@pytest.mark.parametrize("smiles", [IBUPROFEN, "[Na+]", "C/C=C/C(F)Cl", "[H][H]", "[NH3+]CC(=O)[O-]", "[2H]OC"])
def test_the_mapped_smiles_keeps_atoms_and_order(smiles: str) -> None:
    molecule = parse_smiles(smiles)
    again = from_mapped_smiles(molecule.mapped_smiles)
    assert again == molecule
    assert (again.smiles, again.inchikey) == (molecule.smiles, molecule.inchikey)
    assert [atom.GetAtomicNum() for atom in to_rdkit(molecule).GetAtoms()] == molecule.numbers.tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ("C1CC(", "C1CC("), ("C(C)(C)(C)(C)C", "valence"), ("c1cccc1", "Can't kekulize"),
     ("C" * 5000, "5,000 characters"), ("C" * 300, "300 heavy atoms"), ("*CC", "dummy"), ("hello world", "hello")],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_words(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_smiles(text)
    assert said.lower() in str(caught.value).lower()
    assert len(str(caught.value)) < 400


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="CNOPSFclnos()[]=#@/\\+-123%.*HB ", max_size=40))
def test_any_text_gives_a_molecule_or_an_input_error(text: str) -> None:
    try:
        molecule = parse_smiles(text)
    except InputError:
        return
    assert molecule.n_atoms == len(molecule.numbers) > 0


@pytest.mark.parametrize(
    ("text", "cause"),
    [("C1CC", "ring 1 is not closed"), ("CC(C", "1 “(” but 0 “)”"), ("C[NH", "1 “[” but 0 “]”"), ("C€C", "€ has no")],
)
def test_plain_mistakes_are_named(text: str, cause: str) -> None:
    with pytest.raises(InputError, match="not a SMILES") as caught:
        parse_smiles(text)
    assert cause in caught.value.message


def test_parts_come_largest_first() -> None:
    assert fragments("[Na+].CC(=O)[O-]") == ["CC(=O)[O-]", "[Na+]"]


def test_the_drawing_follows_the_text_colour_and_the_theme() -> None:
    light, dark = depict("CCO"), depict("CCO", dark=True)
    assert light.startswith("<svg")
    assert "currentColor" in light
    assert "#000000" not in light
    assert light != dark


def test_a_sketcher_gets_flat_coordinates() -> None:
    assert "V2000" in mol_block("CCO")
