"""The forms of a page, as a browser would send them: as they stand, or with what they require filled in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from .answers import content_of


@dataclass
class Control:
    """What has one name in a form: its values as they stand, those it offers, and what it is."""

    kind: str
    is_required: bool = False
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """Where a form is sent, and its controls by name; `buttons` are (name, value) of those that say something."""

    action: str
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, typed: dict[str, str]) -> dict[str, list[str]]:
        """What it sends when a person fills in what is required; by name what is in `typed`, where it fits."""
        usual = {"date": "2026-05-19", "email": "somebody@example.org", "number": "1"}
        sent = {}
        for name, control in self.controls.items():
            sent[name] = list(control.values)
            offered = [value for value in control.options if value]
            if any(sent[name]):
                continue
            if name in typed and (not offered or typed[name] in offered):
                sent[name] = [typed[name]]
            elif control.is_required:
                sent[name] = offered[:1] or [usual.get(control.kind, "Words of a test.")]
        return {name: values for name, values in sent.items() if values}


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.form: Form | None = None
        self.open: Control | None = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(urljoin(self.path, given.get("action") or self.path))
            self.by_id[given.get("id") or str(len(self.by_id))] = self.form
            if given.get("method", "get").lower() == "post":
                self.forms.append(self.form)
        elif tag == "option" and self.open:
            self.open.options.append(given.get("value", ""))
            if "selected" in given:
                self.open.values.append(given.get("value", ""))
        elif given.get("name") and tag in ("button", "input", "select", "textarea"):
            # A control may stand outside of its form; here it always stands after it.
            form = self.by_id.get(given["form"]) if given.get("form") else self.form
            if form is not None:
                self._control(form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        kind = tag if tag in ("select", "textarea") else given.get("type", "submit" if tag == "button" else "text")
        if kind in ("submit", "image"):
            form.buttons.append((given["name"], given.get("value", "")))
            return
        control = form.controls.setdefault(given["name"], Control(kind))
        control.is_required |= "required" in given
        if kind in ("radio", "checkbox"):
            control.options.append(given.get("value", "on"))
            if "checked" in given:
                control.values.append(given.get("value", "on"))
        elif kind in ("select", "textarea"):
            self.open = control
        elif kind != "file":
            control.values.append(given.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag in ("select", "textarea") and self.open:
            if tag == "select" and not self.open.values:
                self.open.values = self.open.options[:1]
            self.open = None

    def handle_data(self, data):
        if self.open and self.open.kind == "textarea":
            self.open.values = ["".join(self.open.values) + data.removeprefix("\n")]


def forms_of(response, path: str) -> list[Form]:
    """The forms of the page at `path` that are sent by POST, without their tokens."""
    reader = _Reader(path)
    reader.feed(content_of(response).decode())
    for form in reader.forms:
        form.controls.pop("csrfmiddlewaretoken", None)
    return reader.forms
