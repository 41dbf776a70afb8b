"""Where a class finds this server: the machine's address on its own network, as far as it has one."""

import socket
from ipaddress import ip_address

ELSEWHERE = ("10.255.255.255", 9)
"""An address that is asked nothing: the system only says by which of its own it would go there."""


def lan_address() -> str | None:
    """Return this machine's address on its network, in numbers; None where it is on none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(ELSEWHERE)  # of UDP: nothing is sent
            address = ip_address(asking.getsockname()[0])
        except (OSError, ValueError):
            return None
    return None if address.is_loopback or address.is_unspecified else str(address)


def is_open_to_others(listens: str | None) -> bool:
    """Say whether a server that listens at an address, None for all, can be asked from another machine."""
    return listens not in ("localhost", "127.0.0.1", "::1")
