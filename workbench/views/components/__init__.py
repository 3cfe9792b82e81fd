"""Parts that run in the browser: the 3D viewer and the structure sketcher; served to pages under /assets."""
