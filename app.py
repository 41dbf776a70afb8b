"""The door: `streamlit run app.py` imports this file as the server and runs it as a script for each visitor."""

import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from web.api import routes
from web.door import changes, limits
from web.door.door import Door, Hosts, who_can_reach
from web.door.nodelay import MIDDLEWARE
from web.door.origins import Origins
from web.page.photos import Photos
from web.rooms.hall import Hall
from web.shell import TITLE, Shell
from web.work import forming

ICON = Path(__file__).parent / "assets" / "icon.png"  # a named icon would be fetched from another host


class Page(NamedTuple):
    """A page of the app: its file, its title, its icon and its address."""

    file: str
    title: str
    icon: str
    url: str


PAGES = [
    Page("pages/home.py", "Home", ":material/home:", "/"),
    Page("pages/learn.py", "Learn", ":material/school:", "/learn"),
    Page("pages/explore.py", "Explore", ":material/tune:", "/explore"),
    Page("pages/map.py", "Map", ":material/scatter_plot:", "/map"),
    Page("pages/interpolate.py", "Interpolate", ":material/timeline:", "/interpolate"),
    Page("pages/restore.py", "Restore", ":material/healing:", "/restore"),
    Page("pages/detect.py", "Detect", ":material/troubleshoot:", "/detect"),
    Page("pages/compare.py", "Compare", ":material/compare:", "/compare"),
    Page("pages/train.py", "Train", ":material/model_training:", "/train"),
]


def navigate() -> None:
    """Show the page that the address names, with links to all of them above it.

    Streamlit's own bar would become a drawer on a telephone, which stays open over the page that was chosen in it.
    """
    st.set_page_config(page_title=TITLE, page_icon=str(ICON), layout="wide")
    pages = [
        st.Page(page.file, title=page.title, icon=page.icon, url_path=page.url.strip("/"), default=page.url == "/")
        for page in PAGES
    ]
    chosen = st.navigation(pages, position="hidden")
    with st.container(key="pages", horizontal=True, gap="small"):
        for page, described in zip(pages, PAGES, strict=True):
            st.page_link(page, label=described.title, icon=described.icon, width="content")
        # assets/live/shell/shell.js listens to it: this part of the page is the same on all of them.
        st.html('<button type="button" class="keys-button" aria-haspopup="dialog">Keys</button>', width="content")
    chosen.run()


if __name__ == "__main__":
    navigate()
else:
    # A folder named pages/ would otherwise be a navigation of its own until app.py has run once: whoever opens a link
    # to Explore first would get that one.
    PagesManager.uses_pages_directory = False
    origins = st.get_option("server.corsAllowedOrigins") if st.get_option("server.enableCORS") else ["*"]
    base = st.get_option("server.baseUrlPath")
    hosts = Hosts(st.get_option("server.allowedHosts"))
    door = Middleware(Door, hosts, Origins(origins), base, limits.frame_ancestors())
    hall = Hall(Origins(origins))
    ROUTES = routes(base, origins, limits.upload_mb(), hall, st.get_option("server.address"))

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncGenerator[None]:
        """Live as long as the server: its maps end with it, and rooms that are over are forgotten meanwhile."""
        async with forming.lifespan(app), hall.forgetting():
            yield

    middleware = [*MIDDLEWARE, door, Middleware(Photos, base), Middleware(Shell)]
    app = st.App(__file__, routes=ROUTES, middleware=middleware, lifespan=lifespan)
    # What was imported stays: Python need not look through it again at each full collection, which halts all threads.
    gc.collect()
    gc.freeze()
    changes.to_the_log()
    print(who_can_reach(st.get_option("server.address"), st.get_option("server.port")), flush=True)
