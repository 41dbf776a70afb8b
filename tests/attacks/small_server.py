"""Serve our routes with small bounds: `python tests/attacks/small_server.py PORT JSON`, of {module: {name: value}}."""

import importlib
import json
import sys

import uvicorn
from starlette.applications import Starlette


def main() -> None:
    """Set the bounds and serve until the process is ended."""
    for module, bounds in json.loads(sys.argv[2]).items():
        found = importlib.import_module(module)
        for name, value in bounds.items():
            getattr(found, name)  # a bound that has moved is an error here, and no attack without it
            setattr(found, name, value)
    from web.api import routes
    from web.door.nodelay import MIDDLEWARE

    app = Starlette(routes=routes(upload_mb=64), middleware=MIDDLEWARE)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")


if __name__ == "__main__":
    main()
