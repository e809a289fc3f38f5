"""A command's words back to the call they mean.

Nothing is taken from how a word looks: a command of :mod:`.verbs` with its options in full, or
``az rest`` to a path that the operation table knows. All else is refused: abbreviations, which
``az`` would complete; words that it would read from a file; global options.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modalities.action import TOKEN, Output, SdkCall
from modalities.azure.azcli import verbs
from modalities.azure.azcli.refusal import Refused
from modalities.azure.azcli.urls import of_url
from modalities.azure.azcli.verbs import Option, Verb

METHODS = ("get", "put", "patch", "post", "delete", "head")
PLAIN = re.compile(r"[\w:/.-]+")
NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")
OF_REST = ("--method", "--url", "--headers", "--body")
CONDITIONS = {"If-Match": "ifMatch", "If-None-Match": "ifNoneMatch"}


def parse(argv: Sequence[Any]) -> SdkCall:
    """The call that a command means; references stay where they stand. Raises Refused."""
    if len(argv) < 3 or argv[0] != "az":
        raise Refused("argv", "a command begins with az and what to do")
    words = tuple(argv[1:])
    if words[0] == "rest":
        return _rest(_options(words[1:], OF_REST))
    verb = verbs.of_words(words)
    if verb is None:
        said = " ".join(str(word)[:40] for word in words[:3])
        raise Refused("argv", f"az {said} is not known to be one call", "use az rest")
    return _own(verb, words[len(verb.words) :])


def _own(verb: Verb, words: tuple[Any, ...]) -> SdkCall:
    known = dict(verbs.spellings(verb))
    given = _options(words, (*known, *verb.flags))
    values: dict[tuple[str, ...], Any] = {}
    for name, said in given.items():
        if name in verb.flags:
            _none(name, said)
        elif known[name].path in values:
            raise Refused(name, "is said twice")
        else:
            values[known[name].path] = _value(known[name], said)
    for option in verb.options:
        if option.needed and option.path not in values:
            raise Refused(option.name, "is missing")
    if missing := [flag for flag in verb.flags if flag not in given]:
        raise Refused(missing[0], "is missing: nobody is there to answer")
    return SdkCall(*verb.call, verbs.built(verb, values))


def _value(option: Option, said: Sequence[Any]) -> Any:
    match option.form:
        case "pairs":
            return dict(_pairs(option.name, said))
        case "object":
            return _object(option.name, _one(option.name, said))
        case "texts":
            return [_plain(option.name, word) for word in said]
    value = _one(option.name, said)
    if option.form == "number" and isinstance(value, str):
        return _number(option.name, value)
    return value.strip("/") if option.form == "id" and isinstance(value, str) else value


def _plain(option: str, word: Any) -> Any:
    """Of other signs ``az`` makes objects and lists in some of its commands."""
    if not isinstance(word, str) or not PLAIN.fullmatch(word):
        raise Refused(option, f"{str(word)[:40]!r} has signs that az reads more into")
    return word


def _object(option: str, word: Any) -> dict[str, str]:
    found = _json(option, word)
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Refused(option, f"{str(word)[:40]!r} is no object of texts")
    return found


def _number(option: str, word: str) -> int:
    if not NUMBER.fullmatch(word):
        raise Refused(option, f"{word[:40]!r} is no number")
    return int(word)


def _rest(given: Mapping[str, Sequence[Any]]) -> SdkCall:
    method = _one("--method", given.get("--method", ()))
    if method not in METHODS:
        raise Refused("--method", f"{str(method)[:20]!r} is no method", ", ".join(METHODS))
    found, parameters = of_url(method.upper(), _one("--url", given.get("--url", ())))
    for name, value in _pairs("--headers", given.get("--headers", ())):
        if name not in CONDITIONS:
            raise Refused("--headers", f"{name[:40]!r} is not for a command to say")
        parameters[CONDITIONS[name]] = value
    if "--body" in given:
        parameters["body"] = _body(_one("--body", given["--body"]))
    return SdkCall(*found.call, parameters)


def _body(word: Any) -> Any:
    return _json("--body", word) if isinstance(word, str) else word


def _json(option: str, word: Any) -> Any:
    try:
        return json.loads(word)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(option, f"is no JSON: {error}", "write the JSON itself") from error


def _options(words: Sequence[Any], known: Sequence[str]) -> dict[str, list[Any]]:
    """By option, the words behind it. ``--option=value`` is not taken: one spelling is enough."""
    found: dict[str, list[Any]] = {}
    name = ""
    for word in words:
        if isinstance(word, str) and word.startswith("-"):
            name = word
            if name not in known:
                raise Refused(name[:40], "is no option here", f"there is {', '.join(known)}")
            if name in found:
                raise Refused(name, "is said twice")
            found[name] = []
        elif not name:
            raise Refused("argv", f"{str(word)[:40]!r} stands where an option is needed")
        else:
            _require_plain(name, word)
            found[name].append(word)
    return found


def _require_plain(option: str, word: Any) -> None:
    """``az`` reads what stands behind an @ from a file, after the first = as well."""
    if not isinstance(word, str) or word.startswith(("{", "[")):
        return
    if word.partition("=")[2].startswith("@") or word.startswith("@") or "\0" in word:
        raise Refused(option, f"{word[:40]!r} would be read from a file", "write it itself")


def _pairs(option: str, said: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for word in said:
        key, equals, value = word.partition("=") if isinstance(word, str) else ("", "", "")
        if not key or not equals:
            raise Refused(option, f"{str(word)[:40]!r} is no KEY=VALUE")
        yield key, value


def _one(option: str, said: Sequence[Any]) -> Any:
    if len(said) != 1:
        raise Refused(option, "needs one value")
    word = said[0]
    reference = word == TOKEN or Output.parse(word) is not None
    if not reference and option != "--body" and (not isinstance(word, str) or not word):
        raise Refused(option, "needs a text")
    return word


def _none(option: str, said: Sequence[Any]) -> None:
    if said:
        raise Refused(option, "takes no value")
