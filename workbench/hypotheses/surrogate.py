"""Surrogate of a screen: an exact Gaussian process whose kernels are inner products of explicit features.

Mean function: covariates with learned weights, which the scores seen so far correct (a normal prior on the weights).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.linalg import cholesky, solve_triangular

from workbench.errors import InputError
from workbench.hypotheses.priors import CAP, strength

Block = np.ndarray | sp.csr_matrix


@dataclass(frozen=True)
class SurrogateSettings:
    """One fixed set for every screen, in units of the standard deviation of the scores seen.

    signal: prior variance shared out evenly over the blocks; noise: variance of a measurement; weight_sd: prior standard
    deviation of each covariate's weight about the learned one; offset_sd: of the level; cap: quantile of |score|.
    """

    signal: float = 1.0
    noise: float = 1.0
    weight_sd: float = 0.1
    offset_sd: float = 10.0
    cap: float = CAP


@dataclass(frozen=True, eq=False)
class Surrogate:
    """design [n, p] standardised covariates; weights [p] of the prior mean; blocks: features [n, d] by name."""

    design: np.ndarray
    weights: np.ndarray
    blocks: Mapping[str, Block]
    settings: SurrogateSettings = field(default_factory=SurrogateSettings)

    @cached_property
    def prior_mean(self) -> np.ndarray:
        """Prior mean of each candidate [n]."""
        return self.design @ self.weights

    @cached_property
    def features(self) -> list[Block]:
        """Scaled feature blocks whose inner products add up to the kernel, offset and covariates first."""
        share = np.sqrt(self.settings.signal / max(len(self.blocks), 1))
        offset = np.full((len(self.design), 1), self.settings.offset_sd)
        return [offset, self.settings.weight_sd * self.design, *(share * block for block in self.blocks.values())]

    @cached_property
    def prior_variance(self) -> np.ndarray:
        """Prior variance of each candidate [n], without the offset that all share."""
        return sum(_square_norm(block) for block in self.features[1:])

    @cached_property
    def embedding(self) -> np.ndarray:
        """Dense features [n, p + 16 a block] float32 whose inner products approximate the kernel (random projections, seed 0)."""
        rng, d = np.random.default_rng(0), 16
        parts = [block @ rng.normal(size=(block.shape[1], d)) / np.sqrt(d) for block in self.features[2:]]
        return np.concatenate([self.features[1], *parts], axis=1).astype(
            np.float32
        )  # picks one by one are bound by memory

    def condition(self, seen: np.ndarray, scores: np.ndarray) -> Posterior:
        """Posterior given signed scores [m] of candidates seen [m]. Raises InputError for a score that is not finite."""
        scores = np.asarray(scores, dtype=float)
        if not np.isfinite(scores).all():
            raise InputError(
                f"score {np.flatnonzero(~np.isfinite(scores))[0]} of {len(scores)} is not a finite number."
            )
        size = strength(scores, self.settings.cap)
        unit = max(float(size.std()), 1e-12) if len(size) else 1.0
        return Posterior(self, np.asarray(seen, dtype=np.int64), size / unit)


@dataclass(frozen=True, eq=False)
class Posterior:
    """The surrogate given values [m] (standard deviations of strength) of candidates seen [m]; all candidates stay."""

    surrogate: Surrogate
    seen: np.ndarray
    values: np.ndarray

    @cached_property
    def _factor(self) -> np.ndarray:
        gram = self.surrogate.settings.noise * np.eye(len(self.seen))
        for block in self.surrogate.features:
            gram += _dense(block[self.seen] @ block[self.seen].T)
        return cholesky(gram, lower=True)

    def _solve(self, right: np.ndarray) -> np.ndarray:
        half = solve_triangular(self._factor, right, lower=True)
        return solve_triangular(self._factor, half, lower=True, trans="T")

    def _spread(self, weights: np.ndarray) -> np.ndarray:
        """Kernel of all candidates with those seen, times weights [m] or [m, k]: never formed."""
        return sum(block @ (block[self.seen].T @ weights) for block in self.surrogate.features)

    @cached_property
    def mean(self) -> np.ndarray:
        """Posterior mean of strength [n] (Rasmussen & Williams, 2006, eq. 2.25)."""
        prior = self.surrogate.prior_mean
        if not len(self.seen):
            return prior
        return prior + self._spread(self._solve(self.values - prior[self.seen]))

    @cached_property
    def sd(self) -> np.ndarray:
        """Posterior standard deviation of strength [n], noise left out (ibid., eq. 2.26)."""
        prior = self.surrogate.prior_variance
        if not len(self.seen):
            return np.sqrt(prior)
        cross = sum(_dense(block[self.seen] @ block.T) for block in self.surrogate.features)
        half = solve_triangular(self._factor, cross, lower=True)
        variance = prior + self.surrogate.settings.offset_sd**2 - np.square(half).sum(axis=0)
        return np.sqrt(np.maximum(variance, 1e-9))

    def draws(self, n_draws: int, rng: np.random.Generator) -> np.ndarray:
        """Joint posterior draws of strength [n_draws, n]: prior draws corrected at what was seen (Wilson et al., 2020)."""
        skip = 0 if len(self.seen) else 1  # without data the level that all share orders nobody
        parts = self.surrogate.features[skip:]
        drawn = sum(block @ rng.standard_normal((block.shape[1], n_draws)) for block in parts)
        if len(self.seen):
            noise = np.sqrt(self.surrogate.settings.noise) * rng.standard_normal((len(self.seen), n_draws))
            residual = (self.values - self.surrogate.prior_mean[self.seen])[:, None] - drawn[self.seen] - noise
            drawn = drawn + self._spread(self._solve(residual))
        return (self.surrogate.prior_mean[:, None] + drawn).T

    def rivals(self) -> np.ndarray:
        """Posterior means [n_blocks, n] of models that know one feature block each: rival explanations of what was seen."""
        own = self.surrogate
        means = []
        for name, block in own.blocks.items():
            alone = Surrogate(own.design, own.weights, {name: block}, own.settings)
            means.append(Posterior(alone, self.seen, self.values).mean)
        return np.array(means)


def _square_norm(block: Block) -> np.ndarray:
    if sp.issparse(block):
        return np.asarray(block.multiply(block).sum(axis=1)).ravel()
    return np.square(block).sum(axis=1)


def _dense(matrix: np.ndarray | sp.spmatrix) -> np.ndarray:
    return matrix.toarray() if sp.issparse(matrix) else matrix
