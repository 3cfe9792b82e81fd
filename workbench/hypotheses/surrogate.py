"""Surrogate of a screen: an exact Gaussian process whose kernels are inner products of explicit features.

Mean function: covariates with learned weights, which the scores seen so far correct (a normal prior on the weights). How
far the scores may move it is not set by hand: it is averaged over, by how well each scale explains what was seen, and a
scale of zero keeps the prior's order. Scores that say nothing (permuted ones) so leave the prior as it is.
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
LEAST_WEIGHT = 0.01  # of the likeliest scale: what explains the scores worse than that is left out


@dataclass(frozen=True)
class SurrogateSettings:
    """One fixed set for every screen, in units of the standard deviation of the scores seen.

    signal: prior variance shared out evenly over the blocks; noise: variance of a measurement; weight_sd: prior standard
    deviation of each covariate's weight about the learned one; offset_sd: of the level; scales: of the kernel, averaged
    over; cap: quantile of |score|.
    """

    signal: float = 1.0
    noise: float = 1.0
    weight_sd: float = 0.1
    offset_sd: float = 10.0
    scales: tuple[float, ...] = (0.0, 1 / 64, 1 / 16, 1 / 4, 1.0)
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
        """Scaled feature blocks whose inner products add up to the kernel (at scale 1, without the level), covariates first."""
        share = np.sqrt(self.settings.signal / max(len(self.blocks), 1))
        return [self.settings.weight_sd * self.design, *(share * block for block in self.blocks.values())]

    @cached_property
    def prior_variance(self) -> np.ndarray:
        """Prior variance of each candidate [n] at scale 1, without the level that all share."""
        return sum(_square_norm(block) for block in self.features)

    @cached_property
    def embedding(self) -> np.ndarray:
        """Dense features [n, p + 16 a block] float32 whose inner products approximate the kernel (random projections, seed 0)."""
        rng, d = np.random.default_rng(0), 16
        parts = [block @ rng.normal(size=(block.shape[1], d)) / np.sqrt(d) for block in self.features[1:]]
        # single precision: picking one by one is bound by memory
        return np.concatenate([self.features[0], *parts], axis=1).astype(np.float32)

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
    def _residual(self) -> np.ndarray:
        return self.values - self.surrogate.prior_mean[self.seen]

    @cached_property
    def _factors(self) -> list[np.ndarray]:
        """Cholesky factor [m, m] of the covariance of what was seen, a scale."""
        own, m = self.surrogate.settings, len(self.seen)
        gram = sum(_dense(block[self.seen] @ block[self.seen].T) for block in self.surrogate.features)
        rest = own.offset_sd**2 + own.noise * np.eye(m)
        return [cholesky(scale * gram + rest, lower=True) for scale in own.scales]

    @cached_property
    def scale_weights(self) -> np.ndarray:
        """Posterior probability of each scale [n_scales], all as likely before, with the overall variance unknown.

        Evidence -log|A| / 2 - m/2 log(r' A^-1 r) (Rasmussen & Williams, 2006, section 5.4, variance integrated out).
        """
        if not len(self.seen):
            weights = np.zeros(len(self.surrogate.settings.scales))
            weights[-1] = 1.0
            return weights
        evidence = np.array([
            -np.log(np.diag(factor)).sum()
            - 0.5 * len(self.seen) * np.log(max(np.square(solve_triangular(factor, self._residual, lower=True)).sum(), 1e-300))
            for factor in self._factors
        ])  # fmt: skip
        weights = np.exp(evidence - evidence.max())
        weights[weights < LEAST_WEIGHT * weights.max()] = 0.0
        return weights / weights.sum()

    def _at_scale(self, i: int, right: np.ndarray) -> np.ndarray:
        """Covariance of all candidates with those seen, times A^-1 right [m] or [m, k]: the covariance is never formed."""
        factor, own = self._factors[i], self.surrogate.settings
        half = solve_triangular(factor, right, lower=True)
        weights = solve_triangular(factor, half, lower=True, trans="T")
        spread = sum(block @ (block[self.seen].T @ weights) for block in self.surrogate.features)
        return own.scales[i] * spread + own.offset_sd**2 * weights.sum(axis=0)

    @cached_property
    def _means(self) -> dict[int, np.ndarray]:
        """Posterior mean [n] at each scale that has weight (Rasmussen & Williams, 2006, eq. 2.25)."""
        prior = self.surrogate.prior_mean
        return {int(i): prior + self._at_scale(i, self._residual) for i in np.flatnonzero(self.scale_weights)}

    @cached_property
    def mean(self) -> np.ndarray:
        """Posterior mean of strength [n]."""
        if not len(self.seen):
            return self.surrogate.prior_mean
        return sum(self.scale_weights[i] * mean for i, mean in self._means.items())

    @cached_property
    def sd(self) -> np.ndarray:
        """Posterior standard deviation of strength [n], noise left out (ibid., eq. 2.26; a mixture over scales)."""
        own, prior = self.surrogate.settings, self.surrogate.prior_variance
        if not len(self.seen):
            return np.sqrt(own.scales[-1] * prior)
        cross = sum(_dense(block[self.seen] @ block.T) for block in self.surrogate.features)
        total = np.zeros(len(prior))
        for i, mean in self._means.items():
            half = solve_triangular(self._factors[i], own.scales[i] * cross + own.offset_sd**2, lower=True)
            variance = own.scales[i] * prior + own.offset_sd**2 - np.einsum("ij,ij->j", half, half)
            total += self.scale_weights[i] * (np.maximum(variance, 1e-9) + np.square(mean - self.mean))
        return np.sqrt(total)

    def draws(self, n_draws: int, rng: np.random.Generator) -> np.ndarray:
        """Joint posterior draws of strength [n_draws, n]: prior draws corrected at what was seen (Wilson et al., 2020)."""
        own = self.surrogate.settings
        counts = rng.multinomial(n_draws, self.scale_weights)
        parts = [self._draws_at(int(i), int(counts[i]), own.scales[i], rng) for i in np.flatnonzero(counts)]
        return rng.permutation(np.concatenate(parts))

    def _draws_at(self, i: int, n_draws: int, scale: float, rng: np.random.Generator) -> np.ndarray:
        prior, own = self.surrogate.prior_mean, self.surrogate.settings
        drawn = np.sqrt(scale) * sum(
            block @ rng.standard_normal((block.shape[1], n_draws)) for block in self.surrogate.features
        )
        if len(self.seen):
            level = own.offset_sd * rng.standard_normal(n_draws)
            noise = np.sqrt(own.noise) * rng.standard_normal((len(self.seen), n_draws))
            drawn = drawn + level
            drawn = drawn + self._at_scale(i, self._residual[:, None] - drawn[self.seen] - noise)
        return (prior[:, None] + drawn).T

    def predict(self, targets: np.ndarray) -> np.ndarray:
        """Posterior mean [n, n_readouts] of many readouts that share the kernel at its largest scale.

        targets [m, n_readouts]: what was measured, relative to any prior mean; the level of a readout is learned too.
        """
        return self._at_scale(len(self.surrogate.settings.scales) - 1, np.asarray(targets, dtype=float))

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
