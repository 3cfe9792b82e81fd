# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 · Explore a map
# Which compounds of the JUMP target plate change what A549 cells secrete, and which of them look alike? Everything
# below is real data that comes with the workbench.

# %%
import workbench as wb

lab = wb.open()
lab.data.list()

# %% [markdown]
# A map is refused when its replicates do not agree: `accepted` and the reason say so.

# %%
[(summary["dataset"], summary["accepted"], summary["quality"]["reason"]) for summary in lab.maps.list()]

# %%
secretome = lab.maps.get("nelisa_jump_target")
secretome

# %% [markdown]
# The same view as on the Explore page: pan, zoom, colour by any column.

# %%
wb.draw(secretome, colour="agreement")

# %% [markdown]
# Nearest neighbours come with both signs, a p and q value against the map's own null, and the replicate evidence of the
# neighbour.

# %%
strongest = secretome.entities[secretome.evidence["agreement"].argmax()]
lab.maps.neighbours(secretome.map_id, strongest, k=8)

# %% [markdown]
# A selection is kept as a cohort, here every compound whose replicates agree better than 0.8.

# %%
steady = [entity for entity, agreement in zip(secretome.entities, secretome.evidence["agreement"]) if agreement > 0.8]
cohort = lab.maps.cohort(secretome.map_id, steady, "Steady secretome responders")
cohort
