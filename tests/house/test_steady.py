"""The beat that lets people in keeps its time."""

import logging
from datetime import timedelta

import pytest
from rq.utils import now

from config.steady import SteadyScheduler
from core.health import healthz


@pytest.fixture
def job(redis):
    scheduler = SteadyScheduler(logging.WARNING)
    job = scheduler.register(healthz, "ticks", interval=1)
    scheduler.enqueue_jobs()
    return scheduler, job


def enqueue_late(scheduler, job, seconds):
    """Have a beat come so late; return when it was due, and when the next one is."""
    due = job.next_enqueue_time = now() - timedelta(seconds=seconds)
    assert scheduler.enqueue_jobs() == [job]
    return due, job.next_enqueue_time


def test_a_late_beat_does_not_push_back_those_that_follow(job):
    due, following = enqueue_late(*job, 0.4)

    assert following - due == timedelta(seconds=1)


def test_a_missed_beat_is_not_made_up_for(job):
    due, following = enqueue_late(*job, 7.5)

    assert following > now() + timedelta(seconds=0.8)
    assert following - due > timedelta(seconds=8)


def test_nothing_is_enqueued_before_it_is_due(job):
    scheduler, _ = job

    assert scheduler.enqueue_jobs() == []
