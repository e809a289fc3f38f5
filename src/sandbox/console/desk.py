"""What a visitor gets: pages rendered, forms asked and checked, changes begun."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from modalities.codec import Malformed
from modalities.receipt import CloudError, Trouble
from sandbox.console.catalogue import ACTIONS, BY_PATH, SERVICES, VIEWS, Service, label_of
from sandbox.console.form import Form, Values, faults
from sandbox.console.markup import Markup
from sandbox.console.operations import Operation, Progress
from sandbox.console.page import Action, Asking, Page, Special, Table, View
from sandbox.console.pages.launching import suggest_types
from sandbox.console.portal import Portal
from sandbox.console.protection import local_path
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
            wanted=local_path(wanted),
            fault=fault,
        )

    # -- pages -----------------------------------------------------------------------------

    def shell(self, session: Session, service: str, query: Mapping[str, str]) -> Answer:
        visit = self._visit(session, query)
        found = BY_PATH.get(service)
        if found is None:
            return 404, self._around(visit, BY_PATH["console"], "", self._missing(visit, service))
        if self._hazards.hash_routes:
            return 200, self._around(visit, found, "", "")
        return self.whole_page(session, service, found.first, query)

    def whole_page(
        self, session: Session, service: str, view: str, query: Mapping[str, str]
    ) -> Answer:
        visit = self._visit(session, query)
        found = BY_PATH.get(service, BY_PATH["console"])
        if self._framed(view):
            return 200, self._around(visit, found, view, "")
        status, content = self.view(session, service, view, query)
        return status, self._around(visit, found, view, content)

    def frame(self, session: Session, service: str, view: str, query: Mapping[str, str]) -> Answer:
        status, content = self.view(session, service, view, query)
        visit = self._visit(session, query)
        return status, self._markup.render(
            "frame.html", v=visit, content=content, client=self._client(visit, "")
        )

    def view(self, session: Session, service: str, view: str, query: Mapping[str, str]) -> Answer:
        visit = self._visit(session, query)
        found = VIEWS.get(view)
        if found is None or found.service != service:
            return 404, self._missing(visit, view)
        session.pages += 1
        try:
            page = self._page(visit, found)
        except CloudError as error:
            status = 404 if error.trouble in (Trouble.NOT_FOUND, Trouble.INVALID) else 502
            return status, self._error(visit, found, error)
        except Malformed as error:
            return 500, self._missing(visit, f"the health report ({error})")
        return 200, self._content(visit, found, page)

    def _page(self, visit: Visit, view: View) -> Page:
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

    def _content(self, visit: Visit, view: View, page: Page) -> str:
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
            view=view,
            crumbs=self._crumbs(visit, view, page),
            faults={},
            tab_faults={},
            review=None,
            trouble="",
        )

    def _crumbs(self, visit: Visit, view: View, page: Page) -> list[tuple[str, str]]:
        service = BY_PATH[view.service]
        made = [(service.name, visit.href(service.first))]
        if view.parent:
            made.append((label_of(view.parent), visit.href(view.parent)))
        return [*made, (page.title, "")]

    def _around(self, visit: Visit, service: Service, view: str, content: str) -> str:
        changes = self._portal.operations.since(0)
        return self._markup.render(
            "shell.html",
            v=visit,
            service=service,
            services=SERVICES,
            content=content,
            view=view,
            user=USER,
            account=self._account(),
            regions=self._portal.regions(),
            change=changes[-1].change if changes else 0,
            client=self._client(visit, view) | {"first": service.first},
        )

    def _client(self, visit: Visit, view: str) -> dict[str, Any]:
        """What the scripts need to know."""
        settings, hazards = self._portal.settings, self._hazards
        return {
            "region": visit.region,
            "csrf": visit.session.csrf,
            "view": view,
            "framed": [name for name in VIEWS if self._framed(name)],
            "hash": hazards.hash_routes,
            "polling": settings.polling if hazards.polling else 0,
            "toast": settings.toast if hazards.vanishing_toasts else 0,
            "bar": hazards.command_bar,
            "greyed": hazards.greyed_buttons,
            "keyed": hazards.keyed_autocomplete,
            "late": hazards.late_validation,
            "fresh": not hazards.stale_lists,
        }

    def _framed(self, view: str) -> bool:
        return self._hazards.list_in_frame and view in VIEWS and VIEWS[view].framed

    def _missing(self, visit: Visit, what: str) -> str:
        page = Special("missing.html", "Page not found", {"what": what})
        return self._markup.render("missing.html", v=visit, page=page, crumbs=[])

    def _error(self, visit: Visit, view: View, error: CloudError) -> str:
        data = {"code": error.code, "message": error.message}
        page = Special("error.html", label_of(view.parent or view.name), data)
        return self._markup.render(
            "error.html", v=visit, page=page, crumbs=self._crumbs(visit, view, page)
        )

    # -- changes ---------------------------------------------------------------------------

    def ask(self, session: Session, action: str, ids: Sequence[str], region: str) -> Answer:
        """The form of an action, before anything is done."""
        visit = self._visit(session, {"region": region})
        found = ACTIONS.get(action)
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
        found = ACTIONS.get(action)
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
        found = ACTIONS.get(action)
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

    def _begin(self, action: Action, visit: Visit, ids: Sequence[str], values: Values) -> Operation:
        return self._portal.operations.begin(
            action.title,
            values.text("name") or ", ".join(ids),
            visit.session.user or USER,
            visit.region,
            lambda: action.run(visit.cloud, ids, values),
        )

    def _form(self, asking: Asking, visit: Visit, ids: Sequence[str]) -> Form:
        form = asking(visit, ids)
        return form if self._hazards.typed_deletes else replace(form, word="")

    def _asked(
        self,
        visit: Visit,
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
            view=None,
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
                for service in SERVICES
                for _, entries in service.groups
                for label, name in entries
                if typed and typed.casefold() in f"{label} {service.name}".casefold()
            ][:12]
        if source != "instance-types" or not typed:
            return []
        try:
            found = suggest_types(visit.cloud, typed)
        except CloudError:
            return []
        return [{"value": o.value, "text": o.text, "note": o.note} for o in found]

    def _visit(self, session: Session, query: Mapping[str, str]) -> Visit:
        region = query.get("region", "")
        cloud = self._portal.cloud
        if region and region != cloud.region and region in self._portal.regions():
            cloud = cloud.in_region(region)
        return Visit(cloud, self._hazards, session, self._portal, query)

    def _account(self) -> str:
        try:
            account = self._portal.identity().account
        except CloudError:
            return "unknown"
        return f"{account[:4]}-{account[4:8]}-{account[8:]}" if len(account) == 12 else account


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
