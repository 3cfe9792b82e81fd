"""Outside a notebook nothing is loaded; inside, tests/test_notebooks.py sees the drawings."""

from workbench.views.notebook import in_notebook, prepare


def test_a_plain_process_is_no_notebook():
    assert not in_notebook()
    assert prepare() is False
