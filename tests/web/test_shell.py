"""What is written into the pages that Streamlit serves."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vae.home import PROJECT
from web.shell import STYLE, TITLE, Shell, dressed

PAGE = "<html><head><title>Streamlit</title></head><body><div id='root'></div></body></html>"
WANTS = {"Accept": "text/html,*/*"}


def page(request: Request) -> Response:
    if "if-none-match" in request.headers:
        return Response(status_code=304)
    return HTMLResponse(PAGE, headers={"ETag": '"one"', "Last-Modified": "Sun, 29 Nov 2026 06:38:30 GMT"})


def numbers(_: Request) -> Response:
    return JSONResponse([1, 2, 3], headers={"ETag": '"two"'})


def client() -> TestClient:
    app = Starlette(routes=[Route("/", page), Route("/numbers", numbers)])
    app.add_middleware(Shell)
    return TestClient(app)


def test_a_page_has_our_title_style_and_shell_behind_streamlits_own() -> None:
    answer = client().get("/", headers=WANTS)
    assert f"<title>{TITLE}</title>" in answer.text and "Streamlit" not in answer.text.split("<style>")[0]
    assert STYLE.read_text("utf-8") in answer.text
    assert answer.text.index("id='root'") < answer.text.index("<style>")  # of two rules alike, the later one holds
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_the_shells_module_is_a_file_and_lies_beside_streamlits_own() -> None:
    assert 'src="./live/v-' in dressed(PAGE)  # relative, as Streamlit's own: so it is found below a base path
    assert (PROJECT / "assets" / "live" / "shell" / "shell.js").exists()


def test_a_page_is_never_kept_by_streamlits_mark() -> None:
    answer = client().get("/", headers=WANTS | {"If-None-Match": '"one"'})
    assert answer.status_code == 200 and STYLE.read_text("utf-8") in answer.text
    assert "etag" not in answer.headers and "last-modified" not in answer.headers


def test_what_is_no_page_goes_by_untouched() -> None:
    answer = client().get("/numbers", headers=WANTS)
    assert answer.json() == [1, 2, 3] and answer.headers["etag"] == '"two"'
    assert client().get("/", headers={"Accept": "*/*"}).text == PAGE
