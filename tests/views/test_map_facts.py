import numpy as np

from tests.mapped import mapped_lab  # noqa: F401
from workbench.lab import Lab
from workbench.views.map_facts import counted, point_html, quality_badge, refused_html


def test_numbers_of_things_in_words() -> None:
    assert counted(1, "gene") == "1 gene"
    assert counted(2000, "entity") == "2,000 entities"


def test_the_badge_carries_interval_n_and_chance(mapped_lab: Lab) -> None:
    badge = quality_badge(mapped_lab.maps.get("nelisa_jump_target").quality)
    for text in ("52%", "of 304", "chance 5%", "43% differ", "15.1%"):
        assert text in badge
    assert "genes that HeLa cells do not express" in quality_badge(mapped_lab.maps.get("periscope").quality)


def test_a_refusal_says_why_and_what_can_be_used(mapped_lab: Lab) -> None:
    html = refused_html("Scores", mapped_lab.maps.get("cpjump1").quality)
    for text in ("do not agree", "needed: more than 10%", "cell count of compound", "r = 0.7"):
        assert text in html


def test_a_point_shows_its_replicates_and_warns_when_they_are_weak(mapped_lab: Lab) -> None:
    map_ = mapped_lab.maps.get("l1000_orf_u2os")
    strong = int(map_.evidence["q"].argmin())
    weak = int(np.nanargmax(map_.evidence["p"]))
    single = int(np.flatnonzero(np.isnan(map_.evidence["p"]))[0])
    assert "not distinguishable" not in point_html(map_, strong, "/entity?kind=gene")
    assert "not distinguishable" in point_html(map_, weak, "")
    assert "how well it repeats is not known" in point_html(map_, single, "")
    assert "replicates" in point_html(map_, strong, "")
    assert "/entity?kind=gene" in point_html(map_, strong, "/entity?kind=gene")
