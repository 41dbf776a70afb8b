"""Who asks: the address a connection comes from.

Behind a proxy on this machine it is what the proxy's X-Forwarded-For says (uvicorn's `FORWARDED_ALLOW_IPS`). A cookie
would tell two behind one router apart, and be forged by whoever wants to be many; an address cannot be.
"""

from ipaddress import IPv6Address, ip_address

from starlette.requests import HTTPConnection


def address_of(connection: HTTPConnection) -> str:
    """Return the address, of IPv6 the first half, since a home has 2**64 of the second; "" where nobody says."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or f"{IPv6Address(int(address) >> 64 << 64)}/64")
    return host
