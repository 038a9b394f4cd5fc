"""Every exception that kg raises on purpose: when it is raised, and what to do about it.

``exit_code`` is what the command line ends with when the error reaches it.
"""


class KgError(Exception):
    """Base of all errors raised on purpose; its text is written for the person at the keyboard."""

    exit_code = 1


class UsageError(KgError):
    """The call itself is wrong (unknown format, no input, foreign output folder). Change the call."""

    exit_code = 2


class EnvironmentProblem(KgError):
    """The machine is in the way (folder in use, disk full, store damaged). Mend that and run again."""

    exit_code = 3


class DamagedGraph(EnvironmentProblem):
    """A built folder is not what was sealed. Build it again from its sources."""


class InputError(KgError):
    """A whole input file cannot be used; nothing of it is stored, the other files go on.

    Args:
        rule: short stable name of the rule that was broken, e.g. ``xml-not-well-formed``.
        message: what is wrong and what to do.
        line: 1-based line, where known.
        byte: 0-based byte offset into the uncompressed file, where known.
        record: the record in which it was found, where known.
    """

    def __init__(
        self, rule: str, message: str, *, line: int | None = None, byte: int | None = None, record: str | None = None
    ):
        super().__init__(message)
        self.rule = rule
        self.line = line
        self.byte = byte
        self.record = record

    def __reduce__(self) -> tuple[object, ...]:
        return _input_error, (type(self), self.rule, str(self), self.line, self.byte, self.record)


def _input_error(kind: type[InputError], rule: str, message: str, *place: object) -> InputError:
    """Make it anew in another process, to which only arguments in their order can be sent."""
    line, byte, record = place
    return kind(rule, message, line=line, byte=byte, record=record)  # type: ignore[arg-type]


class DamagedContainer(InputError):
    """A container is damaged, so nothing of it is stored, whichever member was being read. Fetch it again."""


class QueryRefused(UsageError):
    """A query asks for what it may not have (SERVICE to an unnamed endpoint). Change it or allow it."""


class QueryError(UsageError):
    """A query cannot be parsed or evaluated; the text says where. Mend the query."""


class ShapesError(UsageError):
    """A shapes file cannot be used (no shape, bad pattern, unknown SHACL term). Mend the shapes."""


class OntologyError(UsageError):
    """An ontology file cannot be read; the text names file and line. Mend or replace the file."""
