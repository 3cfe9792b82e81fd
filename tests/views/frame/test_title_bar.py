from workbench.views.frame.title_bar import TitleBar


def test_the_bar_is_not_ready_before_its_page_is() -> None:
    bar = TitleBar(sentence="Opening")
    assert (bar.ready, bar.has_inspector, bar.python) == (False, False, "")


def test_the_script_reads_every_parameter_it_is_given() -> None:
    script = TitleBar._esm.read_text()
    for name in ("sentence", "chips", "python", "has_inspector", "inspector_open", "ready"):
        assert f'"{name}"' in script
        assert name in TitleBar.param
