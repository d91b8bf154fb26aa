"""Batches in motion: created, cancelled, and moved along their lifecycle as virtual time passes.

Everything here runs on the server's event loop; only the jobs (checking an input, answering it, writing results) are in
threads. A job never changes a record: it is awaited, the record looked up again, and the step taken if the batch is
still where it was.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, evolve, field

from conformance.input_rules import Report, check_input
from conformance.simulator.clock import Clock
from conformance.simulator.lifecycle import Batch, Step, enter, next_step, work_done
from conformance.simulator.profile import File, Profile
from conformance.simulator.replies import Replies
from conformance.simulator.store import StateError, Store
from conformance.simulator.troubles import Refusal
from conformance.simulator.work import Work, write_results

Result = TypeVar("Result")


@define(eq=False)
class _Jobs:
    """The threads' work on one batch, each begun once."""

    inspection: asyncio.Task[Report] | None = None
    work: Work | None = None
    working: asyncio.Task[None] | None = None
    publication: asyncio.Task[tuple[Batch, tuple[int, int]]] | None = None
    """The batch whose results are written, with the counts it ended with, and the lines of output and error file."""


@define(eq=False)
class Engine:
    """One provider's batches. `work_seconds`: how long answering a batch's requests takes, in virtual seconds."""

    profile: Profile
    store: Store
    clock: Clock
    replies: Replies
    models: Collection[str] = ()
    work_seconds: int = 3600
    _jobs: dict[str, _Jobs] = field(factory=dict, init=False)
    _moving: set[str] = field(factory=set, init=False)
    """Batches that time moves."""
    _stopping: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        """Take up what was left unfinished."""
        self._moving.update(batch.id for batch in self.store.batches.values() if self._next(batch))

    def _next(self, batch: Batch) -> Step | None:
        return next_step(batch, self.profile.phases, self.work_seconds)

    def save(self, batch: Batch, files: Mapping[File, Path] | None = None) -> None:
        """Keep a batch as it is now, and files that it made with where their bytes are.

        Raises:
            StateError: it cannot be written; then nothing has changed.
        """
        contents = {file.id: path for file, path in (files or {}).items()}
        self.store.save(batch, *(files or ()), moment=self.clock.now(), contents=contents)
        if self._next(batch):
            self._moving.add(batch.id)
        else:
            self._moving.discard(batch.id)
            if self._jobs.pop(batch.id, None):
                self.store.work(f"{batch.id}.rows").unlink(missing_ok=True)

    def seen(self, batch: Batch) -> Batch:
        """A batch as it looks at this moment: while it is at work its counts follow the clock."""
        jobs = self._jobs.get(batch.id)
        if batch.exhibit or not self.profile.phases[batch.phase].works or not jobs or not jobs.work:
            return batch
        done = min(work_done(batch, self.clock.now(), self.work_seconds), jobs.work.done)
        failed = jobs.work.failed_among(done)
        return evolve(batch, completed=done - failed, failed=failed)

    async def settle_all(self, *, wait: bool = False) -> None:
        """Move every batch to where it is by now."""
        now = self.clock.now()
        for batch_id in sorted(self._moving, key=lambda name: self.store.batches[name].number):
            batch = self.store.batches[batch_id]
            step = self._next(batch)
            begun = batch_id in self._jobs or not self.profile.phases[batch.phase].works
            if wait or not begun or (step and step.at <= now):
                await self.settle(batch_id, wait=wait)

    async def settle(self, batch_id: str, *, wait: bool = False) -> None:
        """Move a batch to where it is by now; as far as the threads have come, or, with `wait`, all the way.

        Where what it needs cannot be written it stays as it was, to go on when it can.

        Raises:
            StateError, OSError: that is so, and someone waits for it.
        """
        try:
            await self._settle(batch_id, wait=wait or self.clock.frozen)
        except (StateError, OSError):
            if wait:
                raise

    async def _settle(self, batch_id: str, *, wait: bool) -> None:
        while (batch := self.store.batches[batch_id]) and (step := self._next(batch)) and step.at <= self.clock.now():
            try:
                taken = await self._take(batch, step, wait=wait)
            except FileNotFoundError as error:
                # Without its files, which someone took away, a batch cannot go on; the others can.
                self.save(enter(evolve(batch, errors=(str(error),)), self.profile.phases, evolve(step, to="failed")))
                return
            except OSError:
                self._jobs.pop(batch_id, None)  # the work that broke off is begun again
                raise
            if not taken:
                return
        if self.profile.phases[batch.phase].works and not batch.exhibit:
            with suppress(OSError):
                await self._finished(self._working(batch), wait=wait)

    async def stop(self) -> None:
        """End the threads' work where it is, and take no further step; a restart begins the work again."""
        self._stopping = True
        for jobs in self._jobs.values():
            if jobs.work:
                jobs.work.limit = 0

    async def _take(self, batch: Batch, step: Step, *, wait: bool) -> bool:
        """Take one step, with the job it needs; False if that is not done yet."""
        here, there = self.profile.phases[batch.phase], self.profile.phases[step.to]
        moved, publication = batch, None
        if here.inspects and step.to == here.then:
            task = self._inspection(batch)
            if not await self._finished(task, wait=wait):
                return False
            moved, step = self._inspected(batch, task.result(), step)
        elif here.works:
            if not await self._finished(self._working(batch), wait=wait) and step.to == here.then:
                return False
            moved = self._stopped(batch, step.at)
        if there.publishes and not moved.output_file_id and moved.total:
            publication = self._publication(moved, expired=step.to == "expired")
            if not await self._finished(publication, wait=wait):
                return False
        if self.store.batches[batch.id] is not batch:
            return True  # someone else moved it meanwhile
        files: dict[File, Path] = {}
        if publication:
            moved, files = self._published(*publication.result(), step.at)
        self.save(enter(moved, self.profile.phases, step), files)
        return True

    async def _finished(self, task: asyncio.Task[Any], *, wait: bool) -> bool:
        """Whether a job is done; what went wrong in it is raised here."""
        if wait or task.done():
            await asyncio.shield(task)
        return task.done() and not self._stopping

    def _begun(self, batch: Batch) -> _Jobs:
        return self._jobs.setdefault(batch.id, _Jobs())

    def _inspection(self, batch: Batch) -> asyncio.Task[Report]:
        jobs = self._begun(batch)
        if jobs.inspection is None:
            jobs.inspection = _in_thread(
                lambda: check_input(
                    self.store.content(batch.input_file_id),
                    self.profile.name,
                    models=self.models,
                    model=batch.model,
                    name=batch.file_name,
                )
            )
        return jobs.inspection

    def _inspected(self, batch: Batch, report: Report, step: Step) -> tuple[Batch, Step]:
        if report.ok:
            return evolve(batch, total=report.lines), step
        rest = sum(report.counts.values()) - len(report.offences)
        errors = [*map(str, report.offences), *([f"and {rest} more"] if rest else [])]
        return evolve(batch, errors=tuple(errors)), evolve(step, to="failed")

    def _working(self, batch: Batch) -> asyncio.Task[None]:
        jobs = self._begun(batch)
        if jobs.working is None or jobs.work is None:
            whole = self.profile.phases[batch.phase].works
            jobs.work = work = Work(
                self.store.content(batch.input_file_id),
                self.store.work(f"{batch.id}.rows"),
                self.replies,
                batch.model,
                batch.stamps.get("in_progress_at", batch.entered_at),
                limit=batch.total if whole else batch.processed,
            )
            jobs.working = _in_thread(work.run)
        return jobs.working

    def _stopped(self, batch: Batch, at: int) -> Batch:
        """The batch with the counts it has at a moment of its work; that is where the work ends."""
        work = self._begun(batch).work
        if work is None:
            return batch
        work.limit = done = min(work_done(batch, at, self.work_seconds), work.done)
        failed = work.failed_among(done)
        return evolve(batch, completed=done - failed, failed=failed)

    def _publication(self, batch: Batch, *, expired: bool) -> asyncio.Task[tuple[Batch, tuple[int, int]]]:
        jobs = self._begun(batch)
        if jobs.publication is None:
            working = self._working(batch)
            output, errors = (self.store.work(f"{batch.id}.{kind}") for kind in ("output", "errors"))

            async def publish() -> tuple[Batch, tuple[int, int]]:
                await working
                assert jobs.work is not None
                return batch, await asyncio.to_thread(write_results, jobs.work, batch, output, errors, expired=expired)

            jobs.publication = asyncio.ensure_future(publish())
        return jobs.publication

    def _published(self, batch: Batch, lines: tuple[int, int], at: int) -> tuple[Batch, dict[File, Path]]:
        """The batch with its results, and those as files, with where their bytes are."""
        files: dict[File, Path] = {}
        ids: list[str | None] = [None, None]
        for index, (kind, count) in enumerate(zip(("output", "errors"), lines, strict=True)):
            made = self.store.work(f"{batch.id}.{kind}")
            if count:
                file_id, number = self.store.new_file_id()
                ids[index] = file_id
                name = f"{batch.id}_{kind}.jsonl"
                purpose = self.profile.result_purpose
                file = File(file_id, number, made.stat().st_size, at, name, purpose, count, result=True)
                files[file] = made
        return evolve(batch, output_file_id=ids[0], error_file_id=ids[1]), files

    def cancel(self, batch_id: str) -> Batch:
        """Stop a batch; returns it in its new phase.

        Raises:
            Refusal: it is too late for that.
        """
        batch = self.store.batches[batch_id]
        phase = self.profile.phases[batch.phase]
        jobs = self._jobs.get(batch_id)
        if not phase.cancellable or (jobs and jobs.publication):
            raise Refusal("invalid", f"a batch that is {phase.status} cannot be cancelled")
        now = self.clock.now()
        stopped = batch
        if phase.works and not batch.exhibit:
            stopped = self._stopped(batch, now)
        cancelled = enter(evolve(stopped, exhibit=False), self.profile.phases, Step("cancelling", now))
        self.save(cancelled)
        return cancelled

    def input_in_use(self, file_id: str) -> bool:
        """Whether an unfinished batch still reads a file."""
        phases = self.profile.phases
        return any(one.input_file_id == file_id and phases[one.phase].then for one in self.store.batches.values())


def _in_thread(job: Callable[[], Result]) -> asyncio.Task[Result]:
    return asyncio.ensure_future(asyncio.to_thread(job))
