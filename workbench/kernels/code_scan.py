"""Scan of int8 codes for one query, compiled by numba: import late."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True, fastmath=False, boundscheck=False)
def scan(codes: np.ndarray, scale: np.ndarray, error: np.ndarray, query: np.ndarray, k: int) -> tuple:
    """Rows whose upper bound reaches the k-th best lower bound among the rows before them.

    codes int8 [n_rows, d], scale, error float32 [n_rows], query int16 [d] -> rows int64 and estimates float32
    [n_candidates], not in order. The estimate is scale · (codes · query), the integer product exact; the true product
    differs by at most `error`.
    """
    n_rows, d = codes.shape
    heap = np.full(k, -np.inf, np.float32)  # the k best lower bounds so far, smallest first
    rows = np.empty(max(64, 4 * k), np.int64)
    estimates = np.empty(len(rows), np.float32)
    n = 0
    for row in range(n_rows):
        total = np.int32(0)
        for j in range(d):
            total += np.int32(codes[row, j]) * np.int32(query[j])
        estimate = np.float32(total) * scale[row]
        if estimate + error[row] < heap[0]:
            continue
        if n == len(rows):  # full: drop what the risen threshold excludes, else make room
            kept = 0
            for i in range(n):
                if estimates[i] + error[rows[i]] >= heap[0]:
                    rows[kept], estimates[kept] = rows[i], estimates[i]
                    kept += 1
            n = kept
            if 2 * n > len(rows):
                rows, estimates = np.append(rows, np.empty_like(rows)), np.append(estimates, np.empty_like(estimates))
        rows[n], estimates[n] = row, estimate
        n += 1
        lower = estimate - error[row]
        if lower > heap[0]:
            _replace_smallest(heap, lower)
    kept = 0
    for i in range(n):
        if estimates[i] + error[rows[i]] >= heap[0]:
            rows[kept], estimates[kept] = rows[i], estimates[i]
            kept += 1
    return rows[:kept], estimates[:kept]


@numba.njit(cache=True, nogil=True)
def _replace_smallest(heap: np.ndarray, value: float) -> None:
    place, n = 0, len(heap)
    while True:
        child = 2 * place + 1
        if child >= n:
            break
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = value
