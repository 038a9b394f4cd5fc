"""Work on the machines of a Dask cluster: a team (:class:`kg.processes.Team`) whose children live with Dask's workers.

A Dask worker does no work itself. It keeps children as this process would (:class:`kg.processes.Children`), one for each of
its threads, so that memory and time of a task are limited there as here, and a file that kills its reader leaves the worker
alone. The client hands a task to one worker by name and no more tasks than a worker has threads; so it knows what a worker
was working on when it is lost, and charges nobody else for it. Dask's part is to connect, to send and to tell who is there.

What children start with lies in the depot of shards (:mod:`kg.depot`), which every worker must see anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import pickle
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import files
from kg.depot import Depot
from kg.errors import EnvironmentProblem, KgError, UsageError
from kg.processes import Children, Died, cores, started, supervised
from kg.version import VERSION, code_digest

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
"""instead of an address: a cluster on this machine for as long as it is needed"""

PATIENCE = 30.0
"""seconds to wait for the scheduler to answer, and for a worker where there is none"""

_ADDRESS = re.compile(r"(?:(?:tcp|tls|ucxx?|wss?)://)?[^\s/]+:[0-9]{1,5}")
_ANY = Exception, asyncio.CancelledError
"""what Dask's client may raise when its connection ends"""
_BEAT = 0.5
_IDLE = 600.0
"""seconds after which children that nobody asks are ended: their client died"""


@dataclass(frozen=True, slots=True)
class Staff:
    """How a worker starts children. ``token``: whose they are; ``setup``: the name in the depot of what they start with."""

    token: str
    module: str
    depot: Depot
    setup: str
    sha256: str
    limit: float | None


@dataclass(frozen=True, slots=True)
class Premises:
    """What must be true of every worker. ``sights``: files that it must see, with their sizes."""

    code: str
    sights: tuple[tuple[Path, int], ...]


@contextmanager
def connected(
    address: str,
    module: str,
    setup: bytes,
    depot: Depot,
    limit: float | None = None,
    jobs: int | None = None,
    sights: Sequence[Path] = (),
) -> Iterator[Supervisor]:
    """Who has tasks done on a cluster.

    Args:
        address: of the scheduler (``tcp://host:8786``), or :data:`LOCAL`.
        module: what children run; ``setup``: the first thing that they are sent, pickled (:class:`kg.processes.Crew`).
        depot: where workers leave what they make.
        limit: seconds for one task.
        jobs: workers of a local cluster; None = one a core.
        sights: files that workers must see.

    Raises:
        UsageError: the packages for it are not installed, or this is no address.
        EnvironmentProblem: the scheduler cannot be reached, or a worker cannot do the work.
    """
    try:
        import distributed
    except ImportError as error:
        message = f"--scheduler needs further packages ({error}); in a clone of kg: pip install '.[cluster]'"
        raise UsageError(message) from error
    if address != LOCAL and not _ADDRESS.fullmatch(address):
        raise UsageError(f"{address!r} is no address of a scheduler, such as tcp://host:8786, nor {LOCAL}")
    if jobs is not None and address != LOCAL:
        raise UsageError(
            f"--jobs goes with --scheduler {LOCAL}; the cluster at {address} says how much it does at a time"
        )
    local = _local(jobs or cores()) if address == LOCAL else contextlib.nullcontext(address)
    with local as reached, _quiet():
        try:
            client = distributed.Client(reached, timeout=PATIENCE, set_as_default=False)
        except (OSError, TimeoutError) as error:
            message = (
                f"no scheduler answers at {address} ({error or type(error).__name__}); see that one runs there (dask "
                "scheduler) and that this machine may connect to it, then run the same command again"
            )
            raise EnvironmentProblem(message) from error
        token = uuid.uuid4().hex
        staff = Staff(token, module, depot, f"setup-{token}{files.TEMPORARY}", hashlib.sha256(setup).hexdigest(), limit)
        premises = Premises(code_digest(), tuple((path.absolute(), path.stat().st_size) for path in sights))
        try:
            depot.write(staff.setup, setup)
            yield Supervisor(client, staff, premises)
        finally:
            with suppress(KgError):
                depot.remove(staff.setup)
            with suppress(*_ANY):  # it may be gone before us
                client.close(timeout=1)


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's log kept from the user meanwhile: what matters of it we say ourselves."""
    handlers = logging.getLogger("distributed").handlers
    levels = [handler.level for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for handler, level in zip(handlers, levels, strict=True):
            handler.setLevel(level)


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Hands tasks to the workers of a cluster, as :class:`kg.processes.Crew` does to children of this process."""

    client: Client
    staff: Staff
    premises: Premises

    def answers(self, tasks: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Each task with its answer, or with :class:`kg.processes.Lost` (:func:`kg.processes.supervised`).

        Raises:
            EnvironmentProblem: a worker cannot do the work, or there is none any more.
        """
        staff = replace(self.staff, token=uuid.uuid4().hex)  # children of their own, who are ended with it
        yield from supervised(_Workers(self.client, staff, self.premises), tasks)


@dataclass(eq=False, slots=True)
class _Worker:
    """A worker of Dask: how many tasks it takes and has."""

    address: str
    room: int
    tasks: set[Future[Any]] = field(default_factory=set)
    busy: int = 0
    is_kept_free: bool = False
    is_lost: bool = False


class _Workers:
    """The team. One thread looks who is there; those that ask wait for a worker with room, then for its answer."""

    def __init__(self, client: Client, staff: Staff, premises: Premises) -> None:
        self._client, self._staff, self._premises = client, staff, premises
        self._address = client.scheduler.address
        self._change = threading.Condition()
        self._workers: dict[str, _Worker] = {}
        self._greeted: dict[str, tuple[int, Future[Any]]] = {}
        self._refused: dict[str, str] = {}
        self._failure: EnvironmentProblem | None = None
        self._stopped = threading.Event()
        self._last_seen = time.monotonic()
        self._look()
        self._wait_for_all()
        self._watcher = threading.Thread(target=self._watch, name="kg-cluster", daemon=True)
        self._watcher.start()

    @property
    def size(self) -> int:
        with self._change:
            return max(1, sum(worker.room for worker in self._workers.values()))

    def ask(self, task: Any, alone: bool) -> Any:
        from distributed import KilledWorker

        with self._taken(alone) as worker:
            future = self._submit(_attempt, task, worker.address)
            with self._change:
                worker.tasks.add(future)
                is_lost = worker.is_lost
            if is_lost:
                self._client.cancel([future])
            try:
                return self._result(future)
            except CancelledError as error:
                with self._change:
                    if worker.is_lost:
                        raise Died(f"the loss of its worker {worker.address}") from error
                    if self._stopped.is_set():
                        raise Died("was stopped") from error
                raise self._gone() from error
            except KilledWorker as error:  # it came back under its address each time
                raise Died(f"the loss of its worker {worker.address}") from error
            finally:
                with self._change:
                    worker.tasks.discard(future)

    def _result(self, future: Future[Any]) -> Any:
        """What came of a future. One that was made while the connection was lost would never hear of that."""
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        while not done.wait(4 * _BEAT):
            with self._change:
                if self._failure:
                    raise self._failure
            if self._client.status != "running":
                raise self._gone()
        return future.result()

    def stop(self) -> None:
        self._stopped.set()
        with self._change:
            futures = [future for worker in self._workers.values() for future in worker.tasks]
            self._change.notify_all()
        if self._failure is None:

            def dismiss() -> None:
                with suppress(*_ANY):  # whoever is not there needs no word
                    self._client.cancel(futures, force=True)
                    self._client.run(_dismiss, self._staff.token, on_error="ignore")

            last_words = threading.Thread(target=dismiss, daemon=True)
            last_words.start()
            last_words.join(1.0)
        self._watcher.join(_BEAT)

    # --- who is there -------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._stopped.wait(_BEAT):
            try:
                self._look()
            except _ANY as error:  # nothing is known any more
                self._fail(error if isinstance(error, EnvironmentProblem) else self._gone())
            with self._change:
                if self._failure:
                    return

    def _look(self) -> None:
        """Learn who has come and who has gone."""
        try:
            present = self._client.nthreads()
        except OSError as error:
            raise self._gone() from error
        for address in present.keys() - self._greeted.keys():
            self._greeted[address] = present[address], self._submit(_greet, self._premises, address)
        lost: list[Future[Any]] = []
        with self._change:
            for address in self._greeted.keys() - present.keys():
                del self._greeted[address]
                self._refused.pop(address, None)
                if worker := self._workers.pop(address, None):
                    worker.is_lost = True
                    lost += worker.tasks
            for address, (room, greeting) in self._greeted.items():
                if address not in self._workers and address not in self._refused and greeting.done():
                    if complaint := _complaint(greeting):
                        self._refused[address] = f"worker {address} {complaint}"
                    else:
                        self._workers[address] = _Worker(address, room)
            if self._workers:
                self._last_seen = time.monotonic()
            self._change.notify_all()
        if lost:
            self._client.cancel(lost, force=True)
        if time.monotonic() - self._last_seen > PATIENCE:
            self._fail(self._nobody())

    def _wait_for_all(self) -> None:
        """Wait until those who are there at the beginning have answered; a worker that cannot work is better known now."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not self._failure:
            if self._refused:
                others = f" (and {len(self._refused) - 1} more)" if len(self._refused) > 1 else ""
                raise EnvironmentProblem(min(self._refused.values()) + others)
            if self._workers and len(self._workers) == len(self._greeted):
                return
            time.sleep(_BEAT / 5)
            self._look()
        if not self._workers:
            raise self._failure or self._nobody()

    def _nobody(self) -> EnvironmentProblem:
        if self._refused:
            return EnvironmentProblem(min(self._refused.values()))
        where = self._client.scheduler.address
        message = (
            f"the scheduler at {where} has no workers; start some (dask worker {where}) and run the same command again"
        )
        return EnvironmentProblem(message)

    def _gone(self) -> EnvironmentProblem:
        message = f"the scheduler at {self._address} is gone; start it and run the same command again"
        return EnvironmentProblem(message)

    def _fail(self, failure: EnvironmentProblem) -> None:
        with self._change:
            self._failure = failure
            self._change.notify_all()

    # --- tasks --------------------------------------------------------------------------------------------------------

    def _submit(self, function: Any, what: Any, address: str) -> Future[Any]:
        # A key that the scheduler still knows would bring the answer to another question.
        key = f"kg-{uuid.uuid4().hex}"
        # The scheduler looks into what it forwards, but not into bytes; so it needs no kg.
        call = pickle.dumps(_Call(function, self._staff, what), pickle.HIGHEST_PROTOCOL)
        return self._client.submit(
            pickle.loads, call, key=key, workers=[address], allow_other_workers=False, pure=False
        )

    @contextmanager
    def _taken(self, alone: bool) -> Iterator[_Worker]:
        """A worker with room for one task, or, to work alone, one without another."""
        with self._change:
            worker = self._waited(alone)
        try:
            yield worker
        finally:
            with self._change:
                worker.busy -= 1
                worker.is_kept_free &= not alone
                self._change.notify_all()

    def _waited(self, alone: bool) -> _Worker:
        kept: _Worker | None = None
        while True:
            if self._failure:
                raise self._failure
            if self._stopped.is_set():
                raise Died("was stopped")
            if kept and kept.is_lost:
                kept = None
            open_ = [w for w in self._workers.values() if not w.is_kept_free]
            if alone and kept is None and open_:
                kept = min(open_, key=lambda w: w.busy)
                kept.is_kept_free = True
            chosen = kept or next((w for w in sorted(open_, key=lambda w: w.busy / w.room) if w.busy < w.room), None)
            if chosen and not (alone and chosen.busy):
                chosen.busy += 1
                return chosen
            self._change.wait()


class _Call:
    """A call of a function, which is made where it is unpickled."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._function, self._arguments = function, arguments

    def __reduce__(self) -> tuple[object, ...]:
        return self._function, self._arguments


def _complaint(greeting: Future[Any]) -> str | None:
    """What is wrong with a worker."""
    try:
        found: str | None = greeting.result()
    except (ImportError, AttributeError) as error:
        return f"has not this kg ({error}); install kg {VERSION} there"
    except CancelledError:
        return "was lost"
    return found


# --- the worker's side ------------------------------------------------------------------------------------------------

_hired: dict[str, Children] = {}
_idle: dict[str, threading.Timer] = {}
_guard = threading.Lock()


def _greet(staff: Staff, premises: Premises) -> str | None:
    """What keeps this worker from doing the work, as the rest of a sentence; None where nothing does."""
    if code_digest() != premises.code:
        return (
            f"has another kg ({VERSION}, code {code_digest()[:12]}) than this program ({VERSION} would be code "
            f"{premises.code[:12]}); install the same one everywhere"
        )
    for path, size in premises.sights:
        if not path.is_file() or path.stat().st_size != size:
            return (
                f"does not see {path} as this program does; sources must lie where every machine sees them, at one path"
            )
    probe = f"probe-{uuid.uuid4().hex}{files.TEMPORARY}"
    try:
        _children(staff)
        staff.depot.write(probe, b"")
        staff.depot.remove(probe)
    except KgError as error:
        return f"cannot use the storage of shards: {error}; name storage that all machines share with --shards"
    return None


def _attempt(staff: Staff, task: Any) -> Any:
    """One attempt at a task."""
    try:
        return _children(staff).ask(task, alone=False)
    finally:
        with _guard:
            _wind(staff)


def _children(staff: Staff) -> Children:
    """The children of whoever asks, who are ended when nobody has asked for them for long.

    Raises:
        EnvironmentProblem: what they start with cannot be read here.
    """
    from distributed import get_worker

    with _guard:
        if staff.token not in _hired:
            setup = staff.depot.read(staff.setup)
            if hashlib.sha256(setup).hexdigest() != staff.sha256:
                raise EnvironmentProblem(f"{staff.depot.root}/{staff.setup} is not what was left there")
            _hired[staff.token] = Children(staff.module, setup, get_worker().state.nthreads, staff.limit)
        _wind(staff)
        return _hired[staff.token]


def _wind(staff: Staff) -> None:
    """Wait anew for nobody to ask for children."""
    if known := _idle.pop(staff.token, None):
        known.cancel()
    if staff.token in _hired:
        timer = threading.Timer(max(_IDLE, 2 * (staff.limit or 0)), _dismiss, (staff.token,))
        timer.daemon = True
        timer.start()
        _idle[staff.token] = timer


def _dismiss(token: str) -> None:
    """End children."""
    with _guard:
        children, timer = _hired.pop(token, None), _idle.pop(token, None)
    if timer:
        timer.cancel()
    if children:
        children.stop()


# --- a cluster on this machine ----------------------------------------------------------------------------------------


_END = b"end\n"


@contextmanager
def _local(workers: int) -> Iterator[str]:
    """The address of a cluster on this machine. It is a process of its own, which ends with this one, however that ends."""
    host = started(__name__, workers, is_own_session=True)  # an interrupt is ours to handle
    assert host.stdin
    assert host.stdout
    try:
        address = host.stdout.readline().decode().strip()
        if not address:
            raise EnvironmentProblem(f"a cluster on this machine could not be started (exit code {host.wait()})")
        yield address
        with suppress(OSError):
            host.stdin.write(_END)
            host.stdin.flush()
        with suppress(subprocess.TimeoutExpired):
            host.wait(5.0)
    finally:
        host.kill()  # its workers end when they have no parent
        host.wait()
        with suppress(OSError):
            host.stdin.close()
        host.stdout.close()


def _host(workers: int) -> None:
    """Be a cluster until standard input says that this is the end; at once where it ends without a word."""
    from distributed import LocalCluster

    sys.warnoptions.append("ignore:resource_tracker")  # what an end without a word leaves is told to nobody
    over = threading.Event()

    def listen() -> None:
        if sys.stdin.buffer.readline() != _END:
            os._exit(1)
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=None) as cluster:
        print(cluster.scheduler_address, flush=True)  # noqa: T201
        over.wait()


if __name__ == "__main__":
    _host(int(sys.argv[1]))
