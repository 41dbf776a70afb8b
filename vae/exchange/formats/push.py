"""A folder goes to the Hugging Face Hub; whatever keeps it from there is a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vae.errors import InputError, first_line
from vae.exchange.formats.hub import missing


def check_push(repo: str) -> None:
    """Refuse what could not be pushed, before anything is written: no package, no token, no name of a repository."""
    try:
        from huggingface_hub import get_token
        from huggingface_hub.utils import HFValidationError, validate_repo_id
    except ImportError:
        raise missing() from None
    try:
        validate_repo_id(repo)
    except HFValidationError:
        raise InputError(
            f"{repo[:80]!r} is no repository of the Hub; give OWNER/NAME, such as ada/mnist-16d."
        ) from None
    if not get_token():
        raise InputError("No token of the Hugging Face Hub is set; run `hf auth login`, or set HF_TOKEN.")


def push(folder: Path, repo: str, endpoint: str | None = None) -> str:
    """Send all files in `folder` to a model repository of the Hub, and return its address.

    A repository that is not there yet is made, and is private until its owner opens it. endpoint: another Hub's
    address. `InputError` where the token is refused, the Hub cannot be reached, or it does not take the files.
    """
    check_push(repo)
    from huggingface_hub import HfApi
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    api = HfApi(endpoint=endpoint)
    with _in_words(repo):
        address = api.create_repo(repo, private=True, exist_ok=True)
        api.upload_folder(repo_id=repo, folder_path=folder, commit_message="Export from the latent-space explorer")
    return str(address)


@contextmanager
def _in_words(repo: str) -> Iterator[None]:
    """Turn what the Hub or the network raises into a sentence."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except OfflineModeIsEnabled:
        raise InputError("HF_HUB_OFFLINE is set, so that the Hub is not asked; unset it, and push again.") from None
    except HfHubHTTPError as error:
        raise _refused(repo, error) from None
    except Exception as error:  # of the package's client, whose classes change with its versions
        said = first_line(error)
        raise InputError(
            f"The Hugging Face Hub cannot be reached ({said}); the folder is whole, push it later."
        ) from None


def _refused(repo: str, error: Any) -> InputError:
    code = getattr(error.response, "status_code", None)
    if code == 401:
        return InputError("The Hub refused the token; make a new one with the right to write, and set HF_TOKEN to it.")
    if code in (403, 404):
        return InputError(f"The token may not write to {repo}; choose a repository of your own, or another token.")
    return InputError(f"The Hub did not take it (status {code}); the folder is whole, push it later.")
