"""The nouns of the workbench: frozen, validated at construction, without connections or paths."""

from workbench.nouns.dataset import Dataset, Snapshot
from workbench.nouns.experiment import Experiment, Plate, Result, Well
from workbench.nouns.explanation import Claim, Explanation
from workbench.nouns.hypothesis import Attachment, DecisionRule, Event, Hypothesis, News, Outcome, Verdict
from workbench.nouns.job import Job
from workbench.nouns.limits import LeftOut, Limits, Proposals, Room
from workbench.nouns.model import Comparison, ModelVersion
from workbench.nouns.molecule import ConformerEnsemble, Molecule
from workbench.nouns.perturbation import Compound, Context, Gene, Perturbation
from workbench.nouns.profile import Cohort, Map, Profiles
from workbench.nouns.response import Prediction, Response
from workbench.nouns.screening import Screening

__all__ = [
    "Attachment", "Claim", "Cohort", "Comparison", "Compound", "ConformerEnsemble", "Context", "Dataset",
    "DecisionRule", "Event", "Experiment", "Explanation", "Gene", "Hypothesis", "Job", "LeftOut", "Limits", "Map",
    "ModelVersion", "Molecule", "News", "Outcome", "Perturbation", "Plate", "Prediction", "Profiles", "Proposals",
    "Response", "Result", "Room", "Screening", "Snapshot", "Verdict", "Well",
]  # fmt: skip
