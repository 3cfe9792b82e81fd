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
# # 2 · Ask the virtual cell
# What does over-expressing a gene do to the expression of U2OS cells after 72 h, how sure is that, and why? The
# prediction stands beside its baseline; most questions honestly end in "no signal".

# %%
import workbench as wb

lab = wb.open()
lab.cells.tasks()

# %%
candidates = lab.cells.perturbations("l1000_orf")
candidates.head()

# %%
question = candidates[candidates["name"].str.contains("BRAF")]["perturbation_id"].iloc[0]
prediction = lab.cells.predict(question, task="l1000_orf")
prediction

# %%
wb.draw(prediction)

# %% [markdown]
# The prediction is an exact sum over measured perturbations; these are the nearest ones with their weights.

# %%
prediction.evidence[:5]

# %% [markdown]
# Every claim carries what was observed, what chance would give and a verdict.

# %%
explanation = lab.cells.explain(prediction)
[(claim.statement, claim.n, round(claim.expected, 2), claim.verdict) for claim in explanation.claims]

# %%
wb.draw(explanation)

# %% [markdown]
# One call asks any virtual cell: it finds the one that knows, or gives every cell's reason. A compound that no cell was
# given is told by its structure and targets, a new dose by the doses beside it; what nothing is known of is refused.

# %%
secreted = lab.cells.predict("ruxolitinib", "A549")
shape = lab.cells.predict("taxol", "MCF-7", dose=0.5)
nobody = lab.cells.predict("NOTAGENE", "U2OS")
[(said.task, said.perturbation.name, said.verdict, said.verdict_reason) for said in (secreted, shape, nobody)]

# %%
wb.draw(secreted)

# %% [markdown]
# Drug pairs are asked in the same way.

# %%
pairs = lab.cells.perturbations("cellbox")
wb.draw(lab.cells.predict(pairs[pairs["name"].str.contains(r"\+")]["perturbation_id"].iloc[0], task="cellbox"))
