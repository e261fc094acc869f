"""What the commands of ``triage rules`` print: tables of rules, plain where there is no colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from triage.certainty import NOT_MEASURED
from triage.show import Figures, clean, count_tickets, show_unknown

if TYPE_CHECKING:
    from triage.check.values import Finding
    from triage.compare import Change, Comparison
    from triage.examples import Outcome
    from triage.explain import Explained
    from triage.rules.certainty_file import CertaintyFile
    from triage.rules.ruleset import Rule


def show_certainty(found: CertaintyFile, rules: Sequence[Rule], *, written: str) -> RenderableType:
    """Return a table of how often each rule was right, the most used first, and where it was written."""
    by_use = sorted(found.rules.items(), key=lambda item: (-item[1].n, item[0]))
    rows = [
        (id, [Text(f"{r.precision:.0%}"), Text(f"{r.low:.0%}-{r.high:.0%}"), Text(f"{r.n:,}")])
        for id, r in by_use
    ]
    idle = sum(1 for rule in rules if not rule.draft and rule.id not in found.rules)
    return Group(
        Text(f"{count_tickets(found.tickets)} labelled with a level in {clean(found.table)}", style="bold"),
        Text(),
        Figures(("rule", "right", "95% interval", "tickets it decided"), rows),
        Text(),
        *([Text(f"{idle:,} active rules decided none of them: not measured")] if idle else []),
        Text(f"Written to {clean(written)}; suggestions by these rules now say it."),
    )


_COLOURS = {"error": "bold red", "warning": "yellow", "note": "dim"}


def show_findings(findings: Sequence[Finding], *, notes: bool = False) -> RenderableType:
    """Return a line for each finding and a summary; notes and allowed findings only where asked for.

    >>> from rich.console import Console
    >>> Console(width=70).print(show_findings([]))
    No errors, no warnings.
    """
    shown = [f for f in findings if notes or (f.allowed is None and f.severity != "note")]
    return Group(*map(_finding_line, shown), *([Text()] if shown else []), _findings_summary(findings, notes))


def _finding_line(finding: Finding) -> Text:
    allowed = finding.allowed is not None
    word = "allowed" if allowed else finding.severity
    line = Text(f"{clean(finding.file)}:{finding.line}:{finding.column}: ")
    line.append(f"{word} {finding.code}", style="dim" if allowed else _COLOURS[finding.severity])
    line.append(f": {clean(finding.message)}")
    return line.append(clean(f" (allowed: {finding.allowed})"), style="dim") if allowed else line


def _findings_summary(findings: Sequence[Finding], notes: bool) -> Text:
    standing = Counter(finding.severity for finding in findings if finding.allowed is None)
    allowed = sum(finding.allowed is not None for finding in findings)
    said = [_count(standing["error"], "error"), _count(standing["warning"], "warning")]
    hidden = [_count(standing["note"], "note")] if standing["note"] else []
    hidden += [f"{_count(allowed, 'finding')} allowed with a reason"] if allowed else []
    more = f" {' and '.join(hidden)}{'' if notes else ': shown with --notes'}." if hidden else ""
    text = Text(f"{', '.join(said).capitalize()}.{more}", style="bold" if standing["error"] else "")
    return (
        text.append(" Each number is explained by: triage rules check --explain NUMBER") if standing else text
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}" if number else f"no {thing}s"


def show_outcomes(outcomes: Sequence[Outcome]) -> RenderableType:
    """Return a table of how the examples of each rule came out, then what is wrong in words."""
    by_rule: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_rule.setdefault(outcome.rule.id, []).append(outcome)
    rows = [(id, [_right_of(group, "match"), _right_of(group, "no_match")]) for id, group in by_rule.items()]
    wrong = [outcome for outcome in outcomes if not outcome.right]
    told = [Text(f"{outcome.rule.id}: {clean(str(outcome))}", style="red") for outcome in wrong]
    right = f"{len(outcomes) - len(wrong):,} of {_count(len(outcomes), 'example')} of {len(by_rule):,} rules"
    summary = Text(f"{right} come out as their rule says.", style="bold red" if wrong else "bold")
    return Group(Figures(("rule", "match", "no_match"), rows), Text(), *told, summary)


def _right_of(outcomes: Sequence[Outcome], kind: str) -> Text:
    rights = [outcome.right for outcome in outcomes if outcome.kind == kind]
    style = "" if all(rights) else "bold red"
    return Text(f"{sum(rights)}/{len(rights)}" if rights else "-", style=style)


def show_comparison(found: Comparison, *, most: int, written: str | None = None) -> RenderableType:
    """Return what changes: how many tickets, from which level to which, by which rule, and some of them.

    ``written`` is the table that all of them stand in, if there is one.
    """
    unknown = [show_unknown(found.unknown)] if found.unknown else []
    if not found.changes:
        return Group(Text(f"Nothing changes in {count_tickets(found.tickets)}.", style="bold"), *unknown)
    share = len(found.changes) / found.tickets
    parts: list[RenderableType] = [
        Text(f"{len(found.changes):,} of {count_tickets(found.tickets)} change ({share:.1%})", style="bold")
    ]
    if found.labelled:
        parts.append(_rights(found))
    parts += unknown
    steps = [(f"{a} -> {b}", [Text(f"{n:,}")]) for (a, b), n in found.by_step().most_common()]
    parts += [Text(), Figures(("from -> to", "tickets"), steps), Text()]
    verdicts = ("better", "worse", "neither") if found.labelled else ("no label",)
    rules = [
        (rule, [Text(f"{n[v]:,}" if n[v] else "·") for v in verdicts]) for rule, n in found.by_rule().items()
    ]
    parts += [Figures(("by rule", *verdicts), rules), Text()]
    return Group(
        *parts, *map(_change_line, found.changes[:most]), *_left_out(len(found.changes), most, written)
    )


def _rights(found: Comparison) -> Text:
    before, after = found.right_before / found.labelled, found.right_after / found.labelled
    text = Text.assemble((f"{found.count('better'):,} better", "green"))
    text.append(f", {found.count('worse'):,} worse", style="red")
    text.append(
        f", {found.count('neither'):,} neither; right in {before:.1%} before and in {after:.1%} after", ""
    )
    return text.append(f", of {count_tickets(found.labelled)} labelled with a level")


def _change_line(change: Change) -> Text:
    styles = {"better": "green", "worse": "red"}
    name = f"row {change.number}" + (f" ({clean(change.id)})" if change.id else "")
    text = Text.assemble((f"{name}: ", "dim"))
    text.append(f"{change.before} -> {change.after}", style="bold")
    if change.verdict != "no label":
        text.append(f", {change.verdict}", style=styles.get(change.verdict, ""))
        text.append(clean(f" (label {change.label})"))
    before, after = change.rule_before or "no rule", change.rule_after or "no rule"
    text.append(f", by {after}: " if after == before else f", by {after} instead of {before}: ", "dim")
    return text.append(clean(change.text))


def _left_out(count: int, most: int, written: str | None) -> list[Text]:
    where = "--out FILE.csv writes all of them" if written is None else f"all of them are in {clean(written)}"
    return [Text(f"and {count - most:,} more; {where}")] if count > most else []


def show_explained(found: Explained) -> RenderableType:
    """Return a rule in words, then all that its lists hold, its examples and its record.

    Who is hit is told by the lists that say so, and a note stands where there is one.
    """
    line = f"line {found.line}: " if found.line is not None else "a definition: "
    parts = [Text(clean(found.sentence), style="bold"), Text()]
    parts.append(_named("Says", found.says))
    parts.append(_named("Guideline", f"{line}\u201c{found.quote}\u201d"))
    parts += [_named("Note", found.note)] if found.note else []
    parts += [
        _named(who.capitalize(), f"told by {', '.join(lists) or 'no list'}") for who, lists in found.who
    ]
    parts += [_named(f"List {name}", ", ".join(phrases)) for name, phrases in found.lists]
    parts += [_named("Match", text) for text in found.match]
    parts += [_named("No match", text) for text in found.no_match]
    parts += [_named("Overridden by", ", ".join(found.overridden_by))] if found.overridden_by else []
    as_draft = "as a draft it would be " if found.draft and found.measured else ""
    return Group(*parts, _named("Record", f"{as_draft}{found.measured or NOT_MEASURED}"))


def _named(name: str, said: str) -> Text:
    return Text.assemble((f"{name}: ", "dim"), clean(said))
