"""Deployments changed for a test."""

from __future__ import annotations

from dataclasses import replace

from lync_wizard.deployment import Deployment, Pool


def with_pool(known: Deployment, pool: Pool) -> Deployment:
    """The deployment with one of its pools replaced, by FQDN."""
    assert known.pool(pool.fqdn)
    return replace(known, pools=tuple(pool if one.fqdn == pool.fqdn else one for one in known.pools))
