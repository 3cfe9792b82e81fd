"""A small graph network over perturbations in the manner of TxPert: basal state + embeddings of perturbed nodes → decoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.models import register_model

if TYPE_CHECKING:
    import torch

NAMES = ("embedding", "project", "attend", "basal", "decode")


@register_model(
    "graph_network",
    task="kernel",
    source="in the manner of TxPert (Wenkel et al., 2025); attention of Veličković et al. (2018)",
    title="Graph attention network",
    about="nothing",
)
class GraphNetwork:
    """yhat = mean + decoder(tanh(basal + z)), z the sum over graphs of attention to the neighbours of the perturbed gene.

    Each kernel is one graph: a gene's edges are its `n_edges` most similar measured genes. A measured gene has a learnt
    embedding; a gene is described by its neighbours' embeddings alone, in training too (its own rows are masked), so that
    one never measured is described alike. Trained on all rows at once by Adam, in a fixed number of steps; models know no
    sibling and no room, so that the image models' training loop is not used. Equal seeds give equal weights with one thread.
    """

    def __init__(
        self, channels: float = 32, n_edges: float = 15, steps: float = 40, rate: float = 0.01, decay: float = 0.1,
        seed: float = 0,
    ) -> None:  # fmt: skip
        self.channels, self.n_edges, self.steps, self.seed = int(channels), int(n_edges), int(steps), int(seed)
        self.rate, self.decay = rate, decay

    def fit(self, inputs: np.ndarray, targets: np.ndarray, noise: np.ndarray) -> GraphNetwork:
        """inputs [n_kernels + 1, n, n], the last one the same-gene kernel; targets [n, n_readouts]; noise [n] relative."""
        import torch

        self.mean, self.n = targets.mean(axis=0), len(targets)
        self.scale = float(targets.std()) or 1.0
        goal = torch.tensor((targets - self.mean) / self.scale, dtype=torch.float32)
        trust = torch.tensor(1.0 / noise, dtype=torch.float32)[:, None]
        edges = torch.tensor(self._edges(np.where(inputs[-1] > 0.5, 0.0, inputs[:-1])), dtype=torch.float32)
        generator = torch.Generator().manual_seed(self.seed)
        n_graphs, n_readouts, c = len(edges), targets.shape[1], self.channels
        shapes = {"embedding": (self.n, c), "project": (n_graphs, c, c), "attend": (n_graphs, c), "basal": (c,),
                  "decode": (c, n_readouts)}  # fmt: skip
        weights = {
            name: (torch.randn(shape, generator=generator) / np.sqrt(c)).requires_grad_()
            for name, shape in shapes.items()
        }
        optimiser = torch.optim.AdamW(weights.values(), lr=self.rate, weight_decay=self.decay)
        for _ in range(self.steps):
            loss = (trust * torch.square(_decoded(weights, edges)[0] - goal)).mean()
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
        self.learnt = {name: value.detach().numpy().astype(np.float64) for name, value in weights.items()}
        left = targets - self.mean - self.scale * self._asked(inputs)[0]
        self.spread = np.sqrt(np.square(left).mean(axis=0))
        return self

    def weights(self, inputs: np.ndarray, prior: np.ndarray) -> np.ndarray:
        """Attention to each training row, mean over graphs [n_asked, n]: what the answer rests on, not a linear share."""
        return self._asked(inputs)[1]

    def predict(self, inputs: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and the size of the residuals on the training rows [n_asked, n_readouts]; inputs [n_kernels + 1, n_asked, n]."""
        mean = self.mean + self.scale * self._asked(inputs)[0]
        return mean, np.tile(self.spread, (len(mean), 1))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays that restore it: the five learnt ones, mean, spread [n_readouts], scale, n and the number of edges."""
        return {
            **self.learnt,
            "mean": self.mean,
            "spread": self.spread,
            "facts": np.array([self.scale, self.n, self.n_edges]),
        }

    @classmethod
    def from_state(cls, state: dict[str, np.ndarray]) -> GraphNetwork:
        """The model of `state()`: embedding [n, channels], decode [channels, n_readouts]."""
        scale, n, n_edges = state["facts"]
        model = cls(channels=state["embedding"].shape[1], n_edges=n_edges)
        model.learnt = {name: state[name] for name in NAMES}
        model.mean, model.spread, model.scale, model.n = state["mean"], state["spread"], float(scale), int(n)
        return model

    def _asked(self, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        import torch

        # a measured gene is described by its neighbours too, as in training
        edges = torch.tensor(self._edges(np.where(inputs[-1] > 0.5, 0.0, inputs[:-1])))
        with torch.no_grad():
            found = _decoded({name: torch.tensor(value) for name, value in self.learnt.items()}, edges)
        return tuple(part.numpy() for part in found)

    def _edges(self, kernels: np.ndarray) -> np.ndarray:
        """Kernels [n_kernels, n_asked, n] with only the most similar rows of each gene left, none below zero."""
        kept = np.maximum(kernels, 0.0)
        if kept.shape[2] > self.n_edges:
            least = np.sort(kept, axis=2)[:, :, -self.n_edges][:, :, None]
            kept = np.where(kept >= least, kept, 0.0)
        return kept


def _decoded(weights: dict[str, torch.Tensor], edges: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Deviation from the mean [n_asked, n_readouts] and attention [n_asked, n]; edges [n_graphs, n_asked, n]."""
    import torch

    nodes = torch.einsum("nc,gcd->gnd", weights["embedding"], weights["project"])
    score = torch.nn.functional.leaky_relu(torch.einsum("gnd,gd->gn", nodes, weights["attend"]), 0.2)
    # edge weights multiply what attention gives; the 1 is a gene's own empty slot, so that no neighbour means no change
    raw = edges * torch.exp(score)[:, None, :]
    share = raw / (1.0 + raw.sum(dim=2, keepdim=True))
    z = torch.einsum("gan,gnd->ad", share, nodes)
    return torch.tanh(weights["basal"] + z) @ weights["decode"] - torch.tanh(weights["basal"]) @ weights[
        "decode"
    ], share.mean(dim=0)
