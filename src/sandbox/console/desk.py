"""What a visitor gets: pages rendered, forms asked and checked, changes begun."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.codec import Malformed
from modalities.receipt import CloudError, Trouble
from sandbox.console.face import Place
from sandbox.console.form import Form, Values, faults
from sandbox.console.markup import Markup
from sandbox.console.operations import Operation, Progress
from sandbox.console.page import Action, Asking, Page, Service, Special, Table
from sandbox.console.portal import Portal
from sandbox.console.sessions import Session
from sandbox.console.settings import USER
from sandbox.console.showing import everything, shown
from sandbox.console.visit import Visit

STALE = 60.0
"""Seconds for which a list is shown as it was."""

Answer = tuple[int, str]


class Desk:
    """Every public method but the first may be called from any thread."""

    def __init__(self, portal: Portal, markup: Markup) -> None:
        self._portal = portal
        self._face = portal.face
        self._markup = markup
        self._hazards = portal.settings.hazards

    def sign_in(self, session: Session, wanted: str, fault: str) -> str:
        try:
            account = self._portal.identity().account
        except CloudError as error:
            account, fault = "", fault or f"{error.code}: {error.message}"
        return self._markup.render(
            "sign_in.html",
            account=account,
            csrf=session.csrf,
            wanted=wanted,
            fault=fault,
        )

    # -- pages -----------------------------------------------------------------------------

    def shell(self, session: Session, path: str, query: Mapping[str, str]) -> Answer:
        visit = self._visit(session, query)
        found = self._face.service_of(path)
        if found is None:
            return 404, self._around(visit, self._face.services[0], "", self._missing(visit, path))
        if self._hazards.hash_routes:
            return 200, self._around(visit, found, "", "")
        return self.whole_page(session, f"{path}/{found.first}".lstrip("/"), query)

    def whole_page(self, session: Session, path: str, query: Mapping[str, str]) -> Answer:
        visit = self._visit(session, query)
        service = self._face.service_of(path) or self._face.services[0]
        place = self._face.locate(path)
        if place and self._framed(place):
            return 200, self._around(visit, service, path, "")
        status, content = self.view(session, path, query)
        return status, self._around(visit, service, path, content)

    def frame(self, session: Session, path: str, query: Mapping[str, str]) -> Answer:
        status, content = self.view(session, path, query)
        visit = self._visit(session, query)
        return status, self._markup.render(
            "frame.html", v=visit, content=content, client=self._client(visit)
        )

    def view(self, session: Session, path: str, query: Mapping[str, str]) -> Answer:
        place = self._face.locate(path)
        if place is None:
            return 404, self._missing(self._visit(session, query), path.rpartition("/")[2])
        visit = self._visit(session, {**query, **place.parameters})
        session.pages += 1
        try:
            page = self._page(visit, place)
        except CloudError as error:
            status = 404 if error.trouble in (Trouble.NOT_FOUND, Trouble.INVALID) else 502
            return status, self._error(visit, place, error)
        except Malformed as error:
            return 500, self._missing(visit, f"the health report ({error})")
        return 200, self._content(visit, place, page)

    def _page(self, visit: Visit[Any], place: Place[Any]) -> Page:
        view = place.view
        if not (view.stale and self._hazards.stale_lists):
            return view.build(visit)
        key, clock = (view.name, visit.region), self._portal.sessions.clock
        seen = visit.session.seen.get(key)
        if seen and clock() - seen[0] < STALE and not visit.asked("refresh"):
            page: Page = seen[1]
            return page
        page = view.build(visit)
        visit.session.seen[key] = (clock(), page)
        return page

    def _content(self, visit: Visit[Any], place: Place[Any], page: Page) -> str:
        part = (
            shown(page, visit.query, paging=self._hazards.paging)
            if isinstance(page, Table)
            else None
        )
        return self._markup.render(
            page.template,
            page=page,
            shown=part,
            everything=everything,
            v=visit,
            view=place.view.name,
            source=self._face.routes.of(self._face.routes.view, place.path),
            crumbs=self._crumbs(visit, place, page),
            faults={},
            tab_faults={},
            review=None,
            trouble="",
        )

    def _crumbs(self, visit: Visit[Any], place: Place[Any], page: Page) -> list[tuple[str, str]]:
        view = place.view
        service = next(each for each in self._face.services if each.path == view.service)
        made = [(service.name, visit.href(service.first))]
        if view.parent:
            made.append((self._face.label_of(view.parent), visit.href(view.parent)))
        return [*made, (page.title, "")]

    def _around(self, visit: Visit[Any], service: Service, path: str, content: str) -> str:
        """``path`` is that of the view, where it is known; one without content is framed."""
        changes = self._portal.operations.since(0)
        place = self._face.locate(path)
        routes = self._face.routes
        return self._markup.render(
            "shell.html",
            v=visit,
            service=service,
            services=self._face.services,
            content=content,
            view=place.view.name if place else "",
            framed=routes.of(routes.frame, path) if path and not content else "",
            frame=self._face.frame,
            user=USER,
            account=self._account(),
            regions=self._portal.regions(),
            change=changes[-1].change if changes else 0,
            client=self._client(visit) | self._shown(service),
        )

    def _client(self, visit: Visit[Any]) -> dict[str, Any]:
        """What the scripts need to know."""
        settings, hazards = self._portal.settings, self._hazards
        return {
            "region": visit.region,
            "csrf": visit.session.csrf,
            "hash": hazards.hash_routes,
            "polling": settings.polling if hazards.polling else 0,
            "toast": settings.toast if hazards.vanishing_toasts else 0,
            "bar": hazards.command_bar,
            "greyed": hazards.greyed_buttons,
            "keyed": hazards.keyed_autocomplete,
            "late": hazards.late_validation,
            "fresh": not hazards.stale_lists,
            "frame": self._face.frame,
        }

    def _shown(self, service: Service) -> dict[str, Any]:
        """How the shell's script finds views by what is behind ``#``."""
        routes = self._face.routes
        inside = "" if routes.pathlike else f"{service.path}/"
        return {
            "first": service.first,
            "pathlike": routes.pathlike,
            "views": routes.of(routes.view, inside),
            "frames": routes.of(routes.frame, inside),
            "framed": [
                name
                for name, view in self._face.views.items()
                if view.framed and self._hazards.list_in_frame
            ],
        }

    def _framed(self, place: Place[Any]) -> bool:
        return self._hazards.list_in_frame and place.view.framed

    def _missing(self, visit: Visit[Any], what: str) -> str:
        page = Special("missing.html", "Page not found", {"what": what})
        return self._markup.render("missing.html", v=visit, page=page, crumbs=[])

    def _error(self, visit: Visit[Any], place: Place[Any], error: CloudError) -> str:
        data = {"code": error.code, "message": error.message}
        title = self._face.label_of(place.view.parent or place.view.name)
        page = Special("error.html", title, data)
        return self._markup.render(
            "error.html", v=visit, page=page, crumbs=self._crumbs(visit, place, page)
        )

    # -- changes ---------------------------------------------------------------------------

    def ask(self, session: Session, action: str, ids: Sequence[str], region: str) -> Answer:
        """The form of an action, before anything is done."""
        visit = self._visit(session, {"region": region})
        found = self._face.actions.get(action)
        if found is None or found.ask is None or not (ids or found.goes):
            return 404, self._missing(visit, action)
        try:
            form = self._form(found.ask, visit, ids)
        except CloudError as error:
            form = Form(action="", title=found.title, submit="", ids=tuple(ids))
            return 200, self._asked(visit, form, trouble=f"{error.code}: {error.message}")
        return 200, self._asked(visit, form)

    def check(
        self, session: Session, action: str, ids: Sequence[str], values: Values, region: str
    ) -> Answer:
        """The review of a wizard: what is wrong, or all that was chosen."""
        visit = self._visit(session, {"region": region})
        found = self._face.actions.get(action)
        if found is None or found.ask is None:
            return 404, self._missing(visit, action)
        try:
            form = self._form(found.ask, visit, ids)
        except CloudError as error:
            return 502, self._missing(visit, error.message)
        wrong = faults(form, values)
        return 200, self._asked(visit, form.filled(values), wrong, review=not wrong)

    def act(
        self, session: Session, action: str, ids: Sequence[str], values: Values, region: str
    ) -> Answer:
        """Begin a change. JSON where it began; the form again where it did not."""
        visit = self._visit(session, {"region": region})
        found = self._face.actions.get(action)
        if found is None:
            return 404, json.dumps({"error": "no such action"})
        if not ids and not found.goes:
            return 422, json.dumps({"error": "Nothing is selected"})
        form = None
        if found.ask:
            try:
                form = self._form(found.ask, visit, ids)
            except CloudError as error:
                return 422, json.dumps({"error": f"{error.code}: {error.message}"})
            if wrong := faults(form, values):
                return 422, self._asked(visit, form.filled(values), wrong)
        begun = self._begin(found, visit, ids, values)
        if begun.progress is Progress.FAILED and form:
            return 422, self._asked(visit, form.filled(values), trouble=begun.detail)
        goes = visit.href(found.goes) if found.goes else ""
        return 200, json.dumps({"operation": _told(begun), "goes": goes})

    def _begin(
        self, action: Action[Any], visit: Visit[Any], ids: Sequence[str], values: Values
    ) -> Operation:
        return self._portal.operations.begin(
            action.title,
            values.text("name") or ", ".join(map(self._face.called, ids)),
            visit.session.user or USER,
            visit.region,
            lambda: action.run(visit.cloud, ids, values),
        )

    def _form(self, asking: Asking[Any], visit: Visit[Any], ids: Sequence[str]) -> Form:
        form = asking(visit, ids)
        return form if self._hazards.typed_deletes else replace(form, word="")

    def _asked(
        self,
        visit: Visit[Any],
        form: Form,
        wrong: Mapping[str, str] | None = None,
        *,
        review: bool = False,
        trouble: str = "",
    ) -> str:
        wrong = wrong or {}
        counts = {tab.name: sum(f.name in wrong for f in tab.fields) for tab in form.tabs}
        return self._markup.render(
            form.template,
            page=form,
            v=visit,
            view="",
            source="",
            crumbs=[],
            faults=wrong,
            tab_faults=counts,
            review=review or None,
            trouble=trouble,
        )

    # -- the rest --------------------------------------------------------------------------

    def notifications(self, session: Session, since: int) -> dict[str, Any]:
        """What changed after ``since``, and once a session whether it is time for the survey."""
        settings = self._portal.settings
        survey = (
            self._hazards.survey and not session.surveyed and session.pages >= settings.survey_at
        )
        session.surveyed = session.surveyed or survey
        changed = self._portal.operations.since(since)
        return {
            "change": changed[-1].change if changed else since,
            "operations": [_told(operation) for operation in changed],
            "running": any(o.progress is Progress.RUNNING for o in self._portal.operations.all()),
            "survey": survey,
        }

    def suggestions(
        self, session: Session, source: str, typed: str, region: str
    ) -> list[dict[str, str]]:
        visit = self._visit(session, {"region": region})
        typed = typed.strip()[:60]
        if source == "search":
            return [
                {"value": visit.href(name), "text": label, "note": service.name}
                for service in self._face.services
                for _, entries in service.groups
                for label, name in entries
                if typed and typed.casefold() in f"{label} {service.name}".casefold()
            ][:12]
        if not typed:
            return []
        try:
            found = self._face.suggest(visit, source, typed)
        except CloudError:
            return []
        return [{"value": o.value, "text": o.text, "note": o.note} for o in found]

    def _visit(self, session: Session, query: Mapping[str, str]) -> Visit[Any]:
        region = query.get("region", "")
        cloud = self._portal.cloud
        if region and region != cloud.region and region in self._portal.regions():
            cloud = cloud.in_region(region)
        return Visit(cloud, self._hazards, session, self._portal, query)

    def _account(self) -> str:
        try:
            return self._face.account(self._portal.identity().account)
        except CloudError:
            return "unknown"


def _told(operation: Operation) -> dict[str, str | int]:
    return {
        "id": operation.id,
        "title": operation.title,
        "resource": operation.resource,
        "progress": operation.progress.value,
        "detail": operation.detail,
        "time": f"{operation.began:%H:%M:%S} UTC",
        "download": f"/download/{operation.download}" if operation.download else "",
    }
