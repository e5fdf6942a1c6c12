"""Jobs: written with the data that asks for them, run by a worker that may die at any moment."""

from qimen_core.jobs.runner import run_due, run_job
from qimen_core.jobs.running import ClaimLost, JobCancelled, JobRefused, RunningJob
from qimen_core.jobs.worker import Worker, run_worker, start_scheduler

__all__ = [
    "ClaimLost",
    "JobCancelled",
    "JobRefused",
    "RunningJob",
    "Worker",
    "run_due",
    "run_job",
    "run_worker",
    "start_scheduler",
]
