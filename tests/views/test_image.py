import base64
import io
import re

import numpy as np
from PIL import Image

from workbench.views.image import composite


def test_channels_are_added_in_their_colours() -> None:
    array = np.zeros((2, 40, 60), dtype=np.uint16)
    array[0, :20] = 1000
    array[1, 20:] = 4000
    html = composite(array, ["DNA", "<b>ER</b>"])
    picture = Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", html).group(1))))
    assert picture.size == (60, 40)
    top, bottom = np.asarray(picture)[5, 5], np.asarray(picture)[30, 5]
    assert top.argmax() == 0
    assert bottom[1] > 1.5 * top[1]
    assert "<b>" not in html
