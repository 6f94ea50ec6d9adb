"""The answer: a dictionary that prints as what it says."""

from __future__ import annotations

from html import escape
from typing import Any


class Answer(dict[str, Any]):
    """What `mortality autopsy --json` prints, as a dictionary; ``print(answer)`` is the report.

    Keys: ``schema``, ``files``, ``layers`` (each with ``name``, ``kind``, ``units``: a list with ``unit``,
    ``verdict``, ``since``, ``motion``, ``evidence``), ``summary`` (units by verdict), ``weights``, ``notes``.
    """

    def __init__(self, answer: dict[str, Any], text: str) -> None:
        super().__init__(answer)
        self.text = text

    def units(self, verdict: str = "dead") -> dict[str, list[int]]:
        """By layer, the units with this verdict; layers without one are left out.

        Args:
            verdict: One of ``"dead"``, ``"perhaps dead"``, ``"cut off or dead"``, ``"starved"``,
                ``"not trained"``, ``"stalled"``, ``"diverged"``, ``"learning"``.
        """
        found = {
            layer["name"]: [unit["unit"] for unit in layer["units"] if unit["verdict"] == verdict]
            for layer in self["layers"]
        }
        return {name: units for name, units in found.items() if units}

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    def __repr__(self) -> str:
        return str(self)

    def __reduce__(self) -> Any:
        return Answer, (dict(self), self.text)

    def _repr_html_(self) -> str:
        """For notebooks: the report's paragraphs, and a table of layers."""
        said = self.text.split("\nlayer ", 1)[0]
        paragraphs = [" ".join(part.split()) for part in said.split("\n\n") if part.strip()]
        lines = [f"<p>{escape(part)}</p>" for part in paragraphs]
        verdicts = {unit["verdict"]: None for layer in self["layers"] for unit in layer["units"]}
        heads = ["layer", "units", *verdicts]
        lines.append("<table><thead><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads))
        lines.append("</tr></thead><tbody>")
        for layer in self["layers"]:
            counts = [sum(unit["verdict"] == verdict for unit in layer["units"]) for verdict in verdicts]
            cells = [layer["name"], len(layer["units"]), *counts]
            lines.append("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>")
        lines.append("</tbody></table>")
        lines.extend(f"<p>Note: {escape(note)}.</p>" for note in self.get("notes", []))
        return "\n".join(lines)
