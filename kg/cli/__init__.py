"""The command line: opens what the user names, calls one function, prints. Data goes to stdout, words to stderr.

Exit codes: 0 all done; 1 done, but something was rejected or findings reach ``--fail-on``; 2 wrong usage; 3 the machine is
in the way; 130 and 143 interrupted. Heavy libraries are imported by the command that needs them.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any, NoReturn

import click

from kg.cli.affiliations import affiliations
from kg.cli.analyze import analyze
from kg.cli.annotate import annotate
from kg.cli.build import build
from kg.cli.curate import curate
from kg.cli.explain import explain
from kg.cli.export import export
from kg.cli.fetch import fetch
from kg.cli.formats import formats
from kg.cli.frame import hang_up, say
from kg.cli.ontology import ontology
from kg.cli.people import people
from kg.cli.query import query
from kg.cli.stats import stats
from kg.cli.update import update
from kg.cli.validate import validate
from kg.cli.verify import verify
from kg.errors import KgError
from kg.garbage import collect_rarely
from kg.version import VERSION

COMMANDS = (
    affiliations,
    analyze,
    annotate,
    build,
    curate,
    explain,
    export,
    fetch,
    formats,
    ontology,
    people,
    query,
    stats,
    update,
    validate,
    verify,
)
"""all of them, one module each"""


class _Commands(click.Group):
    """Commands that end well when their reader goes away; click alone would end them with exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            hang_up(sys.stdout)
            return 0


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="kg %(version)s")
def cli() -> None:
    """From biomedical papers to a knowledge graph that can be trusted.

    \b
    kg build examples/ -o output              read papers, leave a graph
    kg query output --list                    questions that are ready to ask
    kg explain output 10.5555/fict.99000001   every statement about it, and where it comes from
    """


for _command in COMMANDS:
    cli.add_command(_command)


class _Terminated(BaseException):
    """SIGTERM: unwinds like an interrupt, so that nothing half-written stays."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    endings = _endings(words[0] if words else "")
    signal.signal(signal.SIGTERM, _raises(_Terminated))
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # who started us may want it ignored
        signal.signal(signal.SIGINT, _raises(KeyboardInterrupt))
    collect_rarely()
    _open_standard_streams()
    _end_in_time(endings)
    code = _run(words, endings)
    atexit.register(_end_as_decided)  # not here and now: whoever catches the exit goes on with their own signals
    sys.exit(code)


_Endings = Mapping[int, tuple[int, str]]
"""signal → exit code and last words"""
_PATIENCE = 1.5
"""seconds between a signal to end and the end, whatever is going on"""
_AGAIN = 0.02
"""seconds until a signal comes again that could not be used"""
_postponed: list[int] = []
"""signals that could not be used"""


def _raises(ending: type[BaseException]) -> Callable[[int, FrameType | None], None]:
    """What a signal to end does: it unwinds the program, but not from the midst of an import. Libraries in C make their own
    error of it, or abort the process (ft2font, pybind11)."""

    def handle(number: int, frame: FrameType | None) -> None:
        while frame:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                _postponed.append(number)
                return
            frame = frame.f_back
        raise ending

    return handle


def _end_in_time(endings: _Endings) -> None:
    """See to it that SIGINT and SIGTERM end the program soon even while a library works, which may take minutes and knows no
    signals. Nothing is lost by that: what is written appears whole or not at all, and the next run removes the rest."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    main_thread = threading.get_ident()
    signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)

    def watch() -> None:
        while (number := os.read(ours, 1)[0]) not in endings:
            pass
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            time.sleep(_AGAIN)
            if _postponed:
                signal.pthread_kill(main_thread, _postponed.pop())  # which also wakes it
        code, words = endings[number]
        os.write(2, f"{words}\n".encode())
        os._exit(code)

    threading.Thread(target=watch, daemon=True).start()


def _end_as_decided() -> None:
    """From here on no signal changes how the program ends: all is done, and the interpreter would die of one while it puts
    itself away, as if nothing had been."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _endings(command: str) -> _Endings:
    """How a command ends that a signal ends: its exit code and last words."""
    hope = "; the same command goes on where it stopped" if command in ("build", "update") else ""
    return {int(signal.SIGINT): (130, f"kg: interrupted{hope}"), int(signal.SIGTERM): (143, f"kg: terminated{hope}")}


def _open_standard_streams() -> None:
    """Let what is closed (``>&-``) lead nowhere, lest the next file that is opened takes its number and gets our words."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115


def _run(arguments: list[str], endings: _Endings) -> int:
    try:
        code = cli.main(args=arguments, prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except KgError as error:
        say(f"kg: {error}")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code, words = endings[signal.SIGINT]
        say(words)
        return code
    except _Terminated:
        code, words = endings[signal.SIGTERM]
        say(words)
        return code
    except BrokenPipeError:
        hang_up(sys.stdout)
        return 0
    except MemoryError:
        say("kg: out of memory; free some and run the same command again")
        return 3
    except OSError as error:
        if error.errno is None:
            raise
        place = error.filename2 or error.filename  # of a renaming the target, which the user knows
        where = f" ({place})" if place else ""
        say(f"kg: {error.strerror}{where}; mend that and run the same command again")
        return 3
