"""The console's addresses, and who answers them."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode

from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from sandbox.console.desk import Desk
from sandbox.console.form import Values
from sandbox.console.markup import STATIC, Markup
from sandbox.console.portal import Portal
from sandbox.console.protection import LARGEST, Protection, genuine, local_path
from sandbox.console.sessions import Session
from sandbox.console.settings import USER

Answer: TypeAlias = Callable[[Request, Session], Awaitable[Response]]

SCRIPTS = ("shell.js", "view.js", "sign_in.js")


def application(portal: Portal) -> Starlette:
    """The whole console as an ASGI application."""
    return _Addresses(portal).application()


class _Addresses:
    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._routes = portal.face.routes
        self._markup = Markup(portal.face.folder)
        self._desk = Desk(portal, self._markup)

    def application(self) -> Starlette:
        signed_in, own = self._signed_in, self._routes
        begin = [] if own.first == "/" else [Route("/", _to(own.first))]
        routes = [
            *begin,
            Route("/signin", self.sign_in_page),
            Route("/signin", self.sign_in, methods=["POST"]),
            Route("/signout", signed_in(self.sign_out), methods=["POST"]),
            Route("/favicon.ico", _nothing),
            Route("/static/console.css", self.style),
            Route("/static/{name}", self.script),
            Route("/notifications", signed_in(self.notifications)),
            Route("/download/{ticket:path}", signed_in(self.download)),
            Route("/options/{source}", signed_in(self.suggestions)),
            Route("/action/{action}", signed_in(self.ask)),
            Route("/action/{action}", signed_in(self.act), methods=["POST"]),
            Route("/action/{action}/check", signed_in(self.check), methods=["POST"]),
            Route(own.around, signed_in(self.shell)),
            Route(own.page, signed_in(self.whole_page)),
            Route(own.view, signed_in(self.view)),
            Route(own.frame, signed_in(self.frame)),
        ]
        return Starlette(routes=routes, middleware=[Middleware(Protection, port=self._portal.port)])

    # -- signing in ------------------------------------------------------------------------

    def _signed_in(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """``answer`` for whoever has a session; everyone else is sent to sign in first."""

        async def respond(request: Request) -> Response:
            session = self._session(request)
            if session is None or session.user is None:
                return await self._stranger(request, answer)
            return await answer(request, session)

        return respond

    async def _stranger(self, request: Request, answer: Answer) -> Response:
        if request.headers.get("x-requested-with"):
            return JSONResponse({"error": "Your session has expired"}, 401)
        if not self._portal.settings.hazards.sign_in and request.method == "GET":
            session = self._portal.sessions.begin(USER)
            response = await answer(request, session)
            return self._with_cookie(response, session)
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        wanted = asked if request.method == "GET" else self._routes.first
        return RedirectResponse(f"/signin?{urlencode({'redirect_uri': wanted})}", 302)

    def _session(self, request: Request) -> Session | None:
        return self._portal.sessions.get(request.cookies.get(self._portal.cookie))

    def _with_cookie(self, response: Response, session: Session) -> Response:
        response.set_cookie(
            self._portal.cookie, session.id, httponly=True, samesite="strict", path="/"
        )
        return response

    async def sign_in_page(self, request: Request) -> Response:
        session = self._session(request) or self._portal.sessions.begin()
        wanted = self._local(request.query_params.get("redirect_uri", ""))
        return self._with_cookie(await self._sign_in(session, wanted), session)

    def _local(self, path: str) -> str:
        return local_path(path, self._routes.first)

    async def _sign_in(self, session: Session, wanted: str, fault: str = "") -> Response:
        html = await run_sync(self._desk.sign_in, session, wanted, fault)
        return HTMLResponse(html, 403 if fault else 200)

    async def sign_in(self, request: Request) -> Response:
        before = self._session(request)
        posted = Values.of(await _posted(request))
        wanted = self._local(posted.text("redirect_uri"))
        if before is None or not genuine(request, before, posted.text("csrf")):
            return RedirectResponse(f"/signin?{urlencode({'redirect_uri': wanted})}", 303)
        right = secrets.compare_digest(
            posted.text("password").encode(), self._portal.password.encode()
        )
        if not right or posted.text("username") != USER:
            fault = "Your authentication information is incorrect. Please try again."
            return await self._sign_in(before, wanted, fault)
        self._portal.sessions.end(before)
        session = self._portal.sessions.begin(USER)
        fragment = posted.text("fragment")
        goes = wanted + (fragment if fragment.startswith("#") else "")
        return self._with_cookie(RedirectResponse(goes, 303), session)

    async def sign_out(self, request: Request, session: Session) -> Response:
        posted = Values.of(await _posted(request))
        if not genuine(request, session, posted.text("csrf")):
            return PlainTextResponse("the form is out of date\n", 403)
        self._portal.sessions.end(session)
        response = RedirectResponse("/signin", 303)
        response.delete_cookie(self._portal.cookie)
        return response

    # -- pages -----------------------------------------------------------------------------

    async def shell(self, request: Request, session: Session) -> Response:
        """The frame around a view; which one, only the browser knows (after ``#``)."""
        return await self._viewed(self._desk.shell, request, session)

    async def whole_page(self, request: Request, session: Session) -> Response:
        return await self._viewed(self._desk.whole_page, request, session)

    async def view(self, request: Request, session: Session) -> Response:
        return await self._viewed(self._desk.view, request, session)

    async def frame(self, request: Request, session: Session) -> Response:
        return await self._viewed(self._desk.frame, request, session)

    async def _viewed(
        self, make: Callable[..., tuple[int, str]], request: Request, session: Session
    ) -> Response:
        path = "/".join(request.path_params.values())
        return await self._html(make, session, path, dict(request.query_params))

    async def _html(self, make: Callable[..., tuple[int, str]], *arguments: Any) -> Response:
        status, html = await run_sync(make, *arguments)
        return HTMLResponse(html, status)

    # -- changes ---------------------------------------------------------------------------

    async def ask(self, request: Request, session: Session) -> Response:
        ids = request.query_params.getlist("id")
        region = request.query_params.get("region", "")
        return await self._html(self._desk.ask, session, request.path_params["action"], ids, region)

    async def check(self, request: Request, session: Session) -> Response:
        return await self._changed(self._desk.check, request, session)

    async def act(self, request: Request, session: Session) -> Response:
        return await self._changed(self._desk.act, request, session)

    async def _changed(
        self, make: Callable[..., tuple[int, str]], request: Request, session: Session
    ) -> Response:
        if not genuine(request, session):
            return JSONResponse({"error": "the form is out of date"}, 403)
        pairs = await _posted(request)
        ids = [value for name, value in pairs if name == "id"]
        region = next((value for name, value in pairs if name == "region"), "")
        name = request.path_params["action"]
        status, body = await run_sync(make, session, name, ids, Values.of(pairs), region)
        kind = "application/json" if body.startswith("{") else "text/html"
        return Response(body, status, media_type=kind)

    # -- the rest --------------------------------------------------------------------------

    async def notifications(self, request: Request, session: Session) -> Response:
        since = request.query_params.get("since", "")
        change = int(since) if since.isdecimal() and len(since) < 10 else 0
        return JSONResponse(self._desk.notifications(session, change))

    async def suggestions(self, request: Request, session: Session) -> Response:
        query = request.query_params
        found = await run_sync(
            self._desk.suggestions,
            session,
            request.path_params["source"],
            query.get("q", ""),
            query.get("region", ""),
        )
        return JSONResponse({"options": found})

    async def download(self, request: Request, _: Session) -> Response:
        """A file that is there once, such as a private key."""
        found = self._portal.operations.take(request.path_params["ticket"])
        if found is None:
            return PlainTextResponse("this file was downloaded already\n", 404)
        name = "".join(c if c.isalnum() or c in "._-" else "_" for c in found[0])
        disposition = f'attachment; filename="{name}"'
        return Response(
            found[1],
            media_type="application/x-pem-file",
            headers={"Content-Disposition": disposition},
        )

    async def style(self, _: Request) -> Response:
        return Response(self._markup.style(), media_type="text/css")

    async def script(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in SCRIPTS:
            return PlainTextResponse("not found\n", 404)
        return Response((STATIC / name).read_text(), media_type="text/javascript")


def _to(path: str) -> Callable[[Request], Awaitable[Response]]:
    async def respond(_: Request) -> Response:
        return RedirectResponse(path, 302)

    return respond


async def _nothing(_: Request) -> Response:
    return Response(status_code=204)


async def _posted(request: Request) -> Sequence[tuple[str, str]]:
    """The fields of a form; empty ones too, since rows of a grid are told apart by place."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return ()
    try:
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=2000)
    except ValueError:  # more fields than any form of ours has
        return ()
