"""Search: exact first, prefixes next, typing errors forgiven, and the ledger seen at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalog.search import SURE, build_index, find, search_index

NAMES = ("TP53", "TP53BP1", "TP63", "BRAF", "KRAS", "dexamethasone", "dexrazoxane", "MARCH1", "NA")
INDEX = build_index(("gene", name, name, "", (name,)) for name in NAMES)


def labels(text, limit=5):
    return [entry[2] for _, entry in search_index(INDEX, text, limit)]


def test_exact_then_prefix_then_similar():
    assert labels("tp53") == ["TP53", "TP53BP1", "TP63"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("dexamethason", "dexamethasone"), ("dexametasone", "dexamethasone"), ("brfa", "BRAF"), ("  na ", "NA")],
)
def test_typing_errors_are_forgiven(typed, meant):
    assert labels(typed)[0] == meant


def test_nothing_like_it_gives_nothing():
    assert labels("zzzzqqq") == []
    assert labels("") == labels("   ") == []


def test_another_name_finds_it_after_the_symbol_and_says_so():
    index = build_index(
        [("gene", "HERC2", "HERC2", "", ("HERC2",)), ("gene", "ERBB2", "ERBB2", "a kinase", ("ERBB2", "HER2", "NEU")),
         ("gene", "HER2", "HER2", "namesake", ("HER2",))]
    )  # fmt: skip
    (first, (_, key, *_)), (second, (_, other, _, detail)) = search_index(index, "her2", 2)
    assert (first, key, second, other, detail) == (100.0, "HER2", 99.0, "ERBB2", "also HER2 · a kinase")
    assert search_index(index, "erbb2", 1)[0][1][3] == "a kinase"


def test_what_is_only_similar_stays_below_what_carries_the_text():
    scores = {entry[2]: score for score, entry in search_index(INDEX, "tp53")}
    assert scores["TP53"] > scores["TP53BP1"] > SURE > scores["TP63"]


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_survived(text):
    for score, _ in search_index(INDEX, text):
        assert 0 <= score <= 100


def test_an_empty_index_answers():
    assert search_index(build_index([]), "TP53") == []


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [("BRAF", "gene", "BRAF"), ("dexamethasone", "compound", "dexamethasone"), ("nelisa_jump_target", "dataset", "nELISA"),
     ("RYMZZMVNJRMUDD-HGQWONQESA-N", "compound", "simvastatin"), ("CC(=O)Oc1ccccc1C(=O)O", "molecule", "CC(=O)Oc1ccccc1C(=O)O"),
     ("l1000_orf-v1", "model", "l1000_orf-v1")],
)  # fmt: skip
def test_real_names_of_every_kind_are_found(shared_lab, text, kind, label):
    best = find(shared_lab.catalog, text, 3)[0]
    assert (best.kind, best.score) == (kind, 100.0)
    assert best.label.startswith(label)
    assert best.url.startswith("/")


@pytest.mark.parametrize(("alias", "symbol"), [("p53", "TP53"), ("her2", "ERBB2"), ("HIST1H2BK", "H2BC12")])
def test_aliases_and_former_symbols_lead_to_the_gene(shared_lab, alias, symbol):
    assert symbol in [hit.id for hit in find(shared_lab.catalog, alias, 3)]


def test_short_texts_leave_room_for_every_kind(shared_lab):
    assert {"gene", "compound"} <= {hit.kind for hit in find(shared_lab.catalog, "met", 12)}


def test_what_nobody_is_called_gives_only_unsure_names(shared_lab):
    hits = find(shared_lab.catalog, "dexametasonn", 12)
    assert hits[0].label == "dexamethasone"
    assert max(hit.score for hit in hits) < SURE


def test_a_new_hypothesis_is_found_at_once(lab):
    from workbench.catalog.search import find

    questions = lab.cells.perturbations("simulated")
    made = lab.hypotheses.queue(lab.cells.predict(questions["perturbation_id"].iloc[0], task="simulated"))
    for typed in (made.handle.lower(), made.handle.replace("-", "")):
        best = find(lab.catalog, typed, 3)[0]
        assert (best.kind, best.id) == ("hypothesis", made.handle)


def test_html_in_a_name_stays_text(shared_lab):
    assert find(shared_lab.catalog, "<script>alert(1)</script>", 3) is not None
