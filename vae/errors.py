"""The one kind of error that a person can mend."""


class InputError(ValueError):
    """Say in one sentence what was wrong, what was got, what is allowed and how to mend it.

    Raised where the world enters: files, flags, uploads, addresses, the socket. The command line prints the
    sentence and exits with 2, a page shows it calmly, the socket answers with it; nobody sees a trace.
    """


def unknown(kind: str, got: object, known: object) -> InputError:
    """Name the `kind` of thing that is not known, what was got, and the names that are."""
    names = ", ".join(sorted(known)) or "none"  # type: ignore[call-overload]
    return InputError(f"Unknown {kind} {got!r}; choose one of: {names}.")


def first_line(error: Exception) -> str:
    """Return what a library's exception says, cut to one line that fits into a sentence of ours."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
