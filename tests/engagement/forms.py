"""Forms as a browser fills them in, keeps them meanwhile, and gets them back."""

from html.parser import HTMLParser
from typing import Any


class _Inputs(HTMLParser):
    """Collects what the browser would post from the form with this id, or of this class."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form
        self.values: dict[str, Any] = {}
        self.inside = False
        self.select = self.textarea = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = self.form in (given.get("id"), given.get("class"))
        if not self.inside:
            return
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and (kind not in ("radio", "checkbox") or "checked" in given):
            if kind == "checkbox":
                self.values.setdefault(name, []).append(given.get("value", ""))
            else:
                self.values[name] = given.get("value", "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in given or self.select not in self.values):
            self.values[self.select] = given.get("value", "")
        elif tag == "textarea":
            self.textarea = name
            self.values[name] = ""

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""
        elif tag == "form":
            self.inside = False

    def handle_data(self, data):
        if self.textarea:
            self.values[self.textarea] += data.removeprefix("\n")


def fields_of(response, form: str = "engagement-form") -> dict[str, Any]:
    """What a browser would post from this form of the page if nothing more were typed."""
    parser = _Inputs(form)
    parser.feed(response.content.decode())
    parser.values.pop("csrfmiddlewaretoken", None)
    return parser.values


def filled(client, number: int = 3, **typed: Any) -> dict[str, Any]:
    """The new form of action `number`, opened, and filled with what an engagement needs at least."""
    opened = fields_of(client.get("/engagement/new/", {"action": number}))
    return opened | {"what_was_done": "Proposed three points.", "started_on": "2026-03-02"} | typed


def keep_draft(client, typed: dict[str, Any], of: str = "/engagement/new/?action=3") -> int:
    """What the script of the page at `of` does while somebody types; the answer's status."""
    return client.post(f"/account/kept/{typed['kept_form']}/draft/?of={of}", typed).status_code


def problems(response) -> dict[str, list[str]]:
    """The errors of the form that came back, by field."""
    assert response.status_code == 200
    return {name: list(errors) for name, errors in response.context_data["form"].errors.items()}
