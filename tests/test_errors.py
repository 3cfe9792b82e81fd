"""One error family, one JSON shape."""

import workbench.errors as errors


def family():
    return [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, Exception)]


def test_all_errors_are_one_family_of_at_most_eight():
    assert all(issubclass(item, errors.WorkbenchError) for item in family())
    assert len(family()) <= 8
    assert all(item.__name__.endswith("Error") and item.__doc__ for item in family())


def test_an_error_says_what_where_and_what_to_do():
    error = errors.InputError("dose 'x' is no number.", where="file.csv, row 3", hint="Write 0.5.")
    assert str(error) == "dose 'x' is no number. (file.csv, row 3) Write 0.5."
    assert error.to_json() == {
        "error": "InputError", "message": "dose 'x' is no number.", "where": "file.csv, row 3", "hint": "Write 0.5."
    }  # fmt: skip
