"""Resources by what is known of them, a page at a time, however many there are.

The condition that the fewest resources meet leads, where they are FEW: those are looked up. Where
all conditions are common, the walk goes along an index in the order of uids. Databases are not
left to choose how: they guess, and a wrong guess costs seconds among a million.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, func, or_, select, type_coerce

from cloudops.state.columns import json_text, utf8
from cloudops.state.contract import Filter, Page
from cloudops.state.database import chunks
from cloudops.state.resources import stored
from cloudops.state.schema import provenance, resources, tags
from modalities.look import TYPE
from modalities.plan import ModalityName
from modalities.resource import Kind, Resource

FEW = 5_000
"""Resources that are looked up whole; more are walked along."""
MANY = 100_000
"""Counted up to here where none is rare."""
STRIDE = 2_000
"""Resources that one query of a walk goes over."""
OWNER = ("owner", "Owner", "OWNER")
"""How the key of the tag that says whose a resource is may be spelt."""
OUTSIDE = "outside"
KINDS = frozenset({*Kind} - {Kind.OTHER})
HANDS = frozenset((*ModalityName, OUTSIDE))
NAMED = 100
"""Resources that one name may mean."""

Uids = Select[str]


def page(connection: Connection, wanted: Filter, after: str, limit: int) -> Page:
    """At most ``limit`` resources whose uids are behind ``after``, in the order of uids."""
    found: list[str] = []
    conditions = tuple(_conditions(wanted))
    for some in _candidates(connection, wanted, after):
        query = select(resources.c.uid).where(resources.c.uid.in_(some), *conditions)
        found += connection.scalars(query.order_by(resources.c.uid))
        if len(found) > limit:
            break
    uids = found[:limit]
    known = stored(connection, uids)
    return Page(tuple(known[uid] for uid in uids), uids[-1] if len(found) > limit else None)


def called(connection: Connection, name: str) -> tuple[Resource, ...]:
    """What people call ``name``: a name, an id or the end of an ARN, either after its kind, or
    a key. As it is spelt where anything is spelt so, else in any case."""
    for spelt in (_exactly, _somehow):
        query = select(resources.c.uid).where(or_(*spelt(utf8(name)))).limit(NAMED)
        if uids := connection.scalars(query).all():
            known = stored(connection, uids).values()
            return tuple(sorted(known, key=lambda resource: resource.ref))
    return ()


def _candidates(connection: Connection, wanted: Filter, after: str) -> Iterator[Sequence[str]]:
    """Uids behind ``after`` among which all are that are wanted, in order, some at a time."""
    count, rarest = _rarest(connection, tuple(_indexed(wanted)), FEW)
    if rarest is not None and count < FEW:
        yield from chunks(uid for uid in sorted(connection.scalars(rarest)) if uid > after)
        return
    along = _along(connection, wanted)
    while stride := connection.scalars(along(after)).all():
        yield from chunks(stride)
        after = stride[-1]


def _rarest(
    connection: Connection, conditions: Sequence[Uids], most: int
) -> tuple[int, Uids | None]:
    """What the fewest meet, and how many; counted up to ``most``."""
    counted = [(_count(connection, uids, most), n) for n, uids in enumerate(conditions)]
    count, n = min(counted, default=(most, -1))
    return count, conditions[n] if n >= 0 else None


def _count(connection: Connection, uids: Uids, most: int) -> int:
    return connection.scalar(select(func.count()).select_from(uids.limit(most).subquery())) or 0


def _indexed(wanted: Filter) -> Iterator[Uids]:
    """What meets each condition that has an index."""
    for name, value in wanted.tags:
        yield select(tags.c.resource).where(*_tag((name,), value))
    if wanted.owner is not None:
        yield select(tags.c.resource).distinct().where(*_tag(OWNER, wanted.owner))
    if wanted.by is not None and wanted.by != OUTSIDE:
        yield select(provenance.c.resource).distinct().where(*_written(wanted.by))
    yield from _placed(wanted)


def _placed(wanted: Filter) -> Iterator[Uids]:
    """Of what a resource itself says, what has an index."""
    uid = select(resources.c.uid)
    if wanted.region is not None:
        yield uid.where(resources.c.region == wanted.region)
    if wanted.kind is not None:
        yield uid.where(resources.c.kind == wanted.kind.value)
    if wanted.type is not None:
        yield uid.where(resources.c.kind.in_((Kind.OTHER.value, wanted.type)))
    if wanted.scopes:
        yield uid.where(resources.c.scope.in_(wanted.scopes))


def _along(connection: Connection, wanted: Filter) -> Callable[[str], Uids]:
    """A walk in the order of uids: along the index of a tag where nothing is rarer, else over
    the resources, leaving what their own columns say to the database."""
    valued = ((name, value) for name, value in wanted.tags if value is not None)
    tagged = [select(tags.c.resource).where(*_tag((name,), value)) for name, value in valued]
    columns = tuple(_columns(wanted))
    count, walk = _rarest(connection, tagged, MANY)
    if walk is not None and columns:
        others, _ = _rarest(connection, tuple(_placed(wanted)), MANY)
        walk = walk if count < others else None
    uid = tags.c.resource
    if walk is None:
        uid, walk = resources.c.uid, select(resources.c.uid).where(*columns)
    return lambda after: walk.where(uid > after).order_by(uid).limit(STRIDE)


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """All that is wanted of one resource."""
    tagged = select(tags.c.resource).where(tags.c.resource == resources.c.uid)
    for name, value in wanted.tags:
        yield tagged.where(*_tag((name,), value)).exists()
    if wanted.owner is not None:
        yield tagged.where(*_tag(OWNER, wanted.owner)).exists()
    if wanted.by is not None:
        written = select(provenance.c.resource).where(provenance.c.resource == resources.c.uid)
        yield written.where(*_written(wanted.by)).exists()
    yield from _columns(wanted)


def _columns(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    """What the columns of a resource itself say."""
    if wanted.region is not None:
        yield resources.c.region == wanted.region
    if wanted.kind is not None:
        yield resources.c.kind == wanted.kind.value
    if wanted.scopes:
        yield resources.c.scope.in_(wanted.scopes)
    if wanted.name is not None:
        yield resources.c.name.ilike(_pattern(wanted.name), escape="\\")
    if wanted.type is not None:
        yield from _typed(wanted.type)


def _tag(names: Sequence[str], value: str | None) -> Iterator[ColumnElement[bool]]:
    yield tags.c.name.in_(names) if len(names) > 1 else tags.c.name == names[0]
    if value is not None:
        yield tags.c.value == value


def _written(by: str) -> Iterator[ColumnElement[bool]]:
    """What a hand, a run or a stranger wrote last. An index has what runs wrote."""
    if by == OUTSIDE:
        yield provenance.c.modality == OUTSIDE
        return
    yield provenance.c.run.is_not(None)
    yield (provenance.c.modality if by in HANDS else provenance.c.run) == by


def _typed(type: str) -> Iterator[ColumnElement[bool]]:
    """What is of this type or kind, or of this service. As the attributes are written, compact and
    with every quote inside a text escaped, no text of the cloud's can pass for it."""
    said = _escaped(json_text({TYPE: utf8(type)})[1:-2])
    ends = '"' if ":" in type else ":"
    like = type_coerce(resources.c.attributes, Text).ilike(f"%{said}{ends}%", escape="\\")
    other = and_(resources.c.kind == Kind.OTHER.value, like)
    yield or_(resources.c.kind == type, other) if type in KINDS else other


def _pattern(name: str) -> str:
    """``web-*`` as LIKE has it: ``*`` is anything, ``?`` one character, all else itself."""
    return _escaped(utf8(name)).replace("*", "%").replace("?", "_")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _exactly(name: str) -> Iterator[ColumnElement[bool]]:
    row = resources.c
    yield from (row.name == name, row.id == name, row.key == name)
    # what no kind names is called by the last word of its name, too; a part by its own
    own = (row.name.like(f"%{mark}{_escaped(name)}", escape="\\") for mark in " /")
    yield and_(row.kind == Kind.OTHER.value, or_(*own))
    kind, rest = _kind(name)
    if kind is not None:
        yield and_(row.kind == kind, or_(row.name == rest, row.id == rest))


def _somehow(name: str) -> Iterator[ColumnElement[bool]]:
    """Without an index: asked only where nothing is spelt exactly so."""
    row = resources.c
    yield from (func.lower(column) == func.lower(name) for column in (row.name, row.id, row.key))
    yield row.id.ilike(f"arn:%/{_escaped(name)}", escape="\\")
    kind, rest = _kind(name)
    if kind is not None:
        same = or_(func.lower(row.name) == rest.lower(), func.lower(row.id) == rest.lower())
        end = row.id.ilike(f"arn:%/{_escaped(rest)}", escape="\\")
        yield and_(row.kind == kind, or_(same, end))


def _kind(name: str) -> tuple[str | None, str]:
    """The kind in ``vm/web-1``, and the rest."""
    kind, _, rest = name.partition("/")
    return (kind.lower(), rest) if kind.lower() in set(Kind) and rest else (None, name)
