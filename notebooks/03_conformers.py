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
# # 3 · Conformers in 3D
# From a SMILES to an ensemble with energies, symmetry-aware RMSD and a check of the stereo centres.

# %%
import workbench as wb

lab = wb.open()
molecule = lab.molecules.parse("CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O")
molecule

# %%
job = lab.jobs.run("conformers", smiles=molecule.smiles, name="(S)-ibuprofen", n=12, seed=7, inline=True)
ensemble = lab.molecules.ensemble(job.result_id)
ensemble

# %% [markdown]
# The same viewer as on the Molecules page: rows of the table and conformers in 3D select each other.

# %%
wb.draw(ensemble)

# %%
ensemble.energies.round(2), ensemble.weights.round(3), ensemble.rmsd[0].round(2)

# %%
lab.molecules.sdf(ensemble)[:400].splitlines()[:4]
