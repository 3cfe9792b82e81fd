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
# # 4 · Queue a hypothesis and let the lab answer
# The replay lab reveals real replicates that the virtual cell has never seen.

# %%
import workbench as wb

lab = wb.open()
candidates = lab.cells.perturbations("l1000_orf")
held_back = candidates[candidates["role"] == "replay"]
held_back.head()

# %% [markdown]
# The machine proposes, with a score and a reason; a person queues what they believe. Both share one queue.

# %%
proposed = lab.hypotheses.suggest("l1000_orf", k=3, acquisition="diverse", person="me")
[(hypothesis.handle, hypothesis.statement, hypothesis.reason) for hypothesis in proposed]

# %%
approved = lab.hypotheses.approve([hypothesis.hypothesis_id for hypothesis in proposed], person="me")
experiment = lab.experiments.plan([hypothesis.hypothesis_id for hypothesis in proposed], lab="replay", seed=1)
wb.draw(experiment.plates[0])

# %%
print(lab.experiments.plate_csv(experiment.plates[0].plate_barcode)[:300])

# %% [markdown]
# Send the plates to the replay lab: results come back as a file, pass quality control, and each hypothesis is judged by
# the rule it declared beforehand.

# %%
lab.experiments.replay(experiment.experiment_id, inline=True)
[(hypothesis.handle, lab.hypotheses.get(hypothesis.hypothesis_id).outcome) for hypothesis in proposed]

# %% [markdown]
# The results train the next version, which is compared with the old one on genes neither has seen.

# %%
lab.models.train("l1000_orf", inline=True)
wb.draw(lab.models.comparisons("l1000_orf")[0])
