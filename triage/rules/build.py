"""From checked entries to frozen values: names are resolved here, and each that cannot be is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

from triage.messages import Messages
from triage.priority import Priority
from triage.reading.zones import KINDS
from triage.rules.guideline import Guideline
from triage.rules.hours import build_hours, build_targets
from triage.rules.nearest import did_you_mean
from triage.rules.phrases import SLOT, phrase_words
from triage.rules.ruleset import (
    Channel,
    Condition,
    Contradiction,
    Mode,
    PhraseList,
    Portal,
    Rule,
    RuleSet,
    Scope,
    SetAside,
    Within,
)
from triage.rules.schema import SPELLED, WITHIN, ExampleEntry, Line, ListEntry, RuleEntry, RuleFile
from triage.rules.source import Path, Source
from triage.ticket import Ticket

_MODES: tuple[tuple[str, Mode], ...] = (("any_of", "any of"), ("all_of", "all of"), ("two_of", "2 of"))


def build(
    file: RuleFile, source: Source, *, guideline: Guideline | None, messages: Messages, version: str
) -> RuleSet | None:
    """Return the rule set of checked entries; None when faults were added to the source."""
    before = len(source.faults)
    rules = _Builder(file, source, guideline).rule_set(messages, version)
    return rules if len(source.faults) == before else None


class _Builder:
    def __init__(self, file: RuleFile, source: Source, guideline: Guideline | None) -> None:
        self.file = file
        self.source = source
        self.guideline = guideline
        self.priorities = tuple(
            Priority(**entry.model_dump(exclude={"due"}), rank=rank)
            for rank, entry in enumerate(file.priorities)
        )
        self.by_name = {key: p for p in self.priorities for key in (p.id, p.name.casefold())}
        self.phrases: dict[str, PhraseList] = {}
        self.ids = [rule.id for rule in file.rules]

    def rule_set(self, messages: Messages, version: str) -> RuleSet:
        file = self.file
        self._check_priorities()
        for name, entry in file.lists.items():
            self._add_list(name, entry)
        channels = tuple(
            Channel(
                id,
                entry.name,
                self._priority(entry.default, ("channels", id, "default")),
                entry.writer_chooses == "yes",
            )
            for id, entry in file.channels.items()
        )
        rules = tuple(sorted(self._rules(), key=lambda rule: rule.id))
        self._check_overrides(rules)
        hours = build_hours(file, self.source)
        return RuleSet(
            name=file.name,
            version=version,
            priorities=self.priorities,
            default=self._priority(file.default, ("default",)),
            channels=channels,
            hours=hours,
            targets=build_targets(file, hours, self.source),
            warn_from=float(file.choice.warn_from),
            messages=messages,
            portal=Portal(
                file.portal.office,
                file.portal.phone,
                tuple((link.name, link.to) for link in file.portal.links),
            ),
            scopes=tuple(self._scopes()),
            question_of_scope=file.question_of_scope,
            set_aside=tuple(self._set_aside()),
            turns=self._names(file.turns, ("turns",)),
            fillers=self._fillers(),
            contradictions=tuple(self._contradictions()),
            lists=tuple(self.phrases.values()),
            rules=rules,
        )

    def _check_priorities(self) -> None:
        taken: dict[str, int] = {}  # by everything that a rule or a label may call a priority
        for number, priority in enumerate(self.priorities):
            for key, called in (("id", priority.id), ("name", priority.name)):
                first = taken.setdefault(called.casefold(), number)
                if first != number:
                    line, _ = self.source.place(("priorities", first))
                    message = f"two priorities are called {called!r}; the first stands in line {line}"
                    self.source.fault(("priorities", number, key), message, code="TR009")
            self._check_quote(priority.definition, ("priorities", number, "definition"))

    def _check_quote(self, quote: str, path: Path) -> None:
        if self.guideline is not None and not self.guideline.quotes(quote):
            nearest = did_you_mean(quote, [text for _, text in self.guideline.examples])
            self.source.fault(
                path, f"the guideline does not say {quote!r} word for word{nearest}", code="TR010"
            )

    def _priority(self, name: str, path: Path) -> Priority:
        found = self.by_name.get(name.casefold())
        if found is None:
            known = [priority.id for priority in self.priorities]
            meant = did_you_mean(name.lower(), known) or f". Known: {', '.join(known)}"
            self.source.fault(path, f"unknown priority {name!r}{meant}", code="TR008")
        return found or self.priorities[-1]

    # -- lists -------------------------------------------------------------------------------------

    def _add_list(self, name: str, entry: ListEntry) -> None:
        for key, phrases in (("words", entry.words), ("exactly", entry.exactly)):
            for number, phrase in enumerate(phrases):
                self._check_phrase(phrase, ("lists", name, key, number))
        parts = [self.file.lists[part] for part in self._with_taken_in(name, within=())]
        self.phrases[name] = PhraseList(
            name,
            tuple(dict.fromkeys(phrase for part in parts for phrase in part.words)),
            tuple(dict.fromkeys(phrase for part in parts for phrase in part.exactly)),
            entry.covers == "yes",
            entry.question,
        )

    def _with_taken_in(self, name: str, *, within: tuple[str, ...]) -> Iterator[str]:
        """Yield a list and the lists it takes in; each tells only what is wrong with its own names."""
        yield name
        within = (*within, name)
        for number, other in enumerate(self.file.lists[name].lists):
            path: Path = ("lists", name, "lists", number)
            if other == within[0]:
                self.source.fault(path, f"list {other!r} contains itself", code="TR012")
            elif other not in self.file.lists:
                if within == (name,):
                    self._unknown_list(other, path)
            elif other not in within:
                yield from self._with_taken_in(other, within=within)

    def _check_slot(self, name: str, path: Path) -> None:
        entry = self.file.lists.get(name)
        if entry is None:
            self._unknown_list(name, path)
        elif any("<" in words for words in (*entry.words, *entry.exactly)):
            message = f"list {name!r} cannot fill a slot, since a phrase of its own has a slot"
            self.source.fault(path, message, code="TR012")

    def _unknown_list(self, name: str, path: Path) -> None:
        meant = did_you_mean(name, self.file.lists)
        self.source.fault(path, f"unknown list {name!r}{meant}", code="TR008")

    def _check_phrase(self, phrase: str, path: Path) -> None:
        slots = SLOT.findall(phrase) if "<" in phrase else []
        for name in slots:
            self._check_slot(name, path)
        if not any(map(str.isalnum, phrase)):
            self.source.fault(
                path, f"the phrase {phrase!r} has no letter or digit, so it can never be found", code="TR301"
            )
        elif len(slots) == 1 and not phrase_words(SLOT.sub("", phrase)):
            message = f"the phrase {phrase!r} is nothing but a slot; write {slots[0]!r} under 'lists' instead"
            self.source.fault(path, message, code="TR012")

    def _fillers(self) -> tuple[str, ...]:
        names = self._names(self.file.fillers, ("fillers",))
        for number, name in enumerate(names):
            entry = self.phrases.get(name)
            for phrase in (*entry.phrases, *entry.exact) if entry else ():
                if len(phrase.split()) > 1:
                    message = f"a filler is one word; {phrase!r} of {name!r} is more"
                    self.source.fault(("fillers", number), message, code="TR012")
        return names

    def _names(self, names: Sequence[str], path: Path) -> tuple[str, ...]:
        return tuple(self._name(name, (*path, number)) for number, name in enumerate(names))

    def _name(self, name: str, path: Path) -> str:
        """Return the name of a list; a phrase in quotes becomes a list of its own."""
        if self._is_quoted(path):
            self._check_phrase(name, path)
            literal = f'"{name}"'
            self.phrases.setdefault(literal, PhraseList(literal, (name,)))
            return literal
        if name not in self.phrases:
            meant = did_you_mean(name, self.file.lists)
            self.source.fault(
                path, f"unknown list {name!r}{meant} (a phrase of its own stands in quotes)", code="TR008"
            )
        return name

    def _is_quoted(self, path: Path) -> bool:
        # "any of: x" and "any of: [x]" are the same; the first has its place without a number
        return self.source.quoted(path if path in self.source.places else path[:-1])

    # -- scope and what is set aside -----------------------------------------------------------------------

    def _scopes(self) -> Iterator[Scope]:
        for number, entry in enumerate(self.file.scope):
            yield Scope(
                entry.who, self._names(entry.any_of, ("scope", number, "any of")), entry.sure == "yes"
            )

    def _set_aside(self) -> Iterator[SetAside]:
        for number, entry in enumerate(self.file.set_aside):
            lists = self._names(entry.any_of, ("set aside", number, "any of"))
            yield SetAside(entry.why, lists, entry.extent)

    def _contradictions(self) -> Iterator[Contradiction]:
        for number, entry in enumerate(self.file.contradictions):
            for place, line in enumerate(entry.lines):
                self._check_quote(line, ("contradictions", number, "lines", place))
            yield Contradiction(tuple(entry.lines), entry.says, entry.resolved)

    # -- rules -------------------------------------------------------------------------------------

    def _rules(self) -> Iterator[Rule]:
        ids: dict[str, int] = {}
        for number, entry in enumerate(self.file.rules):
            if entry.id in ids:
                first = self.source.places[("rules", ids[entry.id])].line
                message = f"two rules have the id {entry.id!r}; the first stands in line {first}"
                self.source.fault(("rules", number, "id"), message, code="TR009")
            ids.setdefault(entry.id, number)
            yield self._rule(entry, ("rules", number))

    def _rule(self, entry: RuleEntry, path: Path) -> Rule:
        self._check_quote(entry.quote, (*path, "quote"))
        self._check_examples(entry, path)
        return Rule(
            id=entry.id,
            says=entry.says,
            priority=self._priority(entry.priority, (*path, "priority")),
            quote=entry.quote,
            line=self.guideline.number_of(entry.quote) if self.guideline else None,
            when=self._lines(entry.when, (*path, "when")),
            within=self._within(entry.within, (*path, "within")),
            unless=self._lines(entry.unless, (*path, "unless")),
            unless_anywhere=self._lines(entry.unless_anywhere, (*path, "unless anywhere")),
            reads=frozenset(self._reads(entry.reads, (*path, "reads"))),
            overrides=frozenset(self._overrides(entry, (*path, "overrides"))),
            general=entry.general == "yes",
            draft=entry.status == "draft",
            match=tuple(map(_ticket, entry.match)),
            no_match=tuple(map(_ticket, entry.no_match)),
            note=entry.note,
        )

    def _check_examples(self, entry: RuleEntry, path: Path) -> None:
        if entry.status == "draft":
            return
        for key, examples in (("match", entry.match), ("no_match", entry.no_match)):
            if not examples:
                message = f"rule {entry.id!r} needs at least one '{key}' example, or 'status: draft'"
                self.source.fault(path, message, code="TR011")

    def _lines(self, lines: Sequence[Line], path: Path) -> tuple[Condition, ...]:
        return tuple(self._line(line, (*path, number)) for number, line in enumerate(lines))

    def _line(self, line: Line, path: Path) -> Condition:
        if line.scope is not None:
            return Condition("scope", tuple(line.scope))
        field, mode = next((f, m) for f, m in _MODES if getattr(line, f) is not None)
        return Condition(mode, self._names(getattr(line, field), (*path, mode)))

    def _within(self, text: str | None, path: Path) -> Within | None:
        if text is None:
            return None
        if not re.match(WITHIN, text):  # not by the schema, which would hide all other faults of the rule
            self.source.fault(path, f"found {text!r}; expected {SPELLED[WITHIN]}", code="TR007")
            return None
        if text == "same sentence":
            return Within(sentences=1)
        number, unit = text.split()
        return Within(words=int(number)) if unit.startswith("word") else Within(sentences=int(number))

    def _reads(self, zones: Sequence[str], path: Path) -> Iterable[str]:
        known = (*KINDS, "set aside")
        for number, zone in enumerate(zones):
            if zone not in known:
                meant = did_you_mean(zone, known)
                message = f"unknown zone {zone!r}{meant}; known: {', '.join(known)}"
                self.source.fault((*path, number), message, code="TR008")
        return zones

    def _overrides(self, entry: RuleEntry, path: Path) -> Iterator[str]:
        for number, pattern in enumerate(entry.overrides):
            matched = [id for id in self.ids if id != entry.id and fnmatchcase(id, pattern)]
            if not matched:
                meant = did_you_mean(pattern, [id for id in self.ids if id != entry.id])
                message = f"rule {entry.id!r} overrides the unknown rule {pattern!r}{meant}"
                self.source.fault((*path, number), message, code="TR008")
            yield from matched

    def _check_overrides(self, rules: tuple[Rule, ...]) -> None:
        try:
            TopologicalSorter({rule.id: rule.overrides for rule in rules}).prepare()
        except CycleError as error:
            circle = " overrides ".join(map(repr, reversed(error.args[1])))
            first = next(n for n, rule in enumerate(self.file.rules) if rule.id in error.args[1])
            message = f"rules override each other in a circle: {circle}"
            self.source.fault(("rules", first, "overrides"), message, code="TR013")


def _ticket(example: ExampleEntry | str) -> Ticket:
    if isinstance(example, str):
        return Ticket(body=example)
    return Ticket(subject=example.subject, body=example.body)
