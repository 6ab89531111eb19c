"""The forms of an import: the file, its columns, and the form of the log asked about row after row."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.models import construct_instance
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.limits import MAX_BYTES
from config.spreadsheets import too_large

from ..imports.reading import shown_name
from ..models import Cluster, Engagement, User
from .checked import Form
from .engagement import ITEMS, EngagementForm


class UploadForm(Form):
    """A file to import, and the cluster of rows that name none. The cleaned `file` is (name, bytes)."""

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.docx"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    cluster = forms.ModelChoiceField(
        Cluster.objects.none(), label=_("Cluster of rows that name none"), to_field_name="slug", required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_clusters(self.fields["cluster"], user)

    def clean_file(self) -> tuple[str, bytes]:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(str(too_large()))
        return shown_name(file.name), file.read()


class ColumnsForm(Form):
    """What each column holds: a field per column that has anything in it, by its key; and the cluster as above.

    `columns` are (key, label, what it holds as far as known or "", example); `names` are (name, title) to choose from.
    """

    cluster = forms.ModelChoiceField(
        Cluster.objects.none(), label=_("Cluster of rows that name none"), to_field_name="slug", required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        cluster: Cluster | None,
        columns: list[tuple[str, str, str, str]],
        names: list[tuple[str, str]],
        left_out: str,
    ) -> None:
        super().__init__(data, initial={"cluster": cluster.slug} if cluster else {})
        self.left_out = left_out
        offer_clusters(self.fields["cluster"], user)
        choices = [("", gettext("Choose")), (left_out, gettext("Leave this column out")), *names]
        for key, label, held, example in columns:
            self.fields[key] = forms.ChoiceField(
                label=label,
                choices=choices,
                initial=held,
                help_text=gettext("For example: %(text)s") % {"text": example} if example else "",
                error_messages={"required": _("Say what this column holds, or leave it out.")},
            )
        self.keys = [key for key, *_rest in columns]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        taken: dict[tuple[str, str], str] = {}
        for key in self.keys:
            name, table = data.get(key), key.partition(":")[0]
            if not name or name == self.left_out:
                continue
            if (table, name) in taken:
                other = self.fields[taken[table, name]].label
                self.add_error(key, _("“%(other)s” holds this already: leave one of the two out.") % {"other": other})
            taken.setdefault((table, name), key)
        return data

    @property
    def said(self) -> dict[str, str]:
        """What the person said of each column."""
        return {key: self.cleaned_data[key] for key in self.keys}


def offer_clusters(field: forms.Field, user: User) -> None:
    """Offer the clusters that `user` keeps; the only one is chosen already."""
    clusters = Cluster.objects.coordinated_by(user).order_by("name")
    is_only = len(clusters) == 1
    field.empty_label = None if is_only else gettext("Each row names its own")  # type: ignore[attr-defined]
    field.queryset = clusters  # type: ignore[attr-defined]
    if is_only:
        field.initial = clusters[0].slug
    else:
        field.help_text = gettext("A row that names its cluster goes there.")


class Given(forms.Field):
    """A row of the database that was looked up before, through the gate; taken as it is."""

    widget = forms.TextInput
    error_messages = {"required": _("This field is required.")}


class RowForm(EngagementForm):
    """The form of the log, asked about one row of a file after the other: the same rules in the same words.

    Built once for a file, since building it takes longer than asking. What a person chooses from lists, a row brings as
    rows of the database, so that no question goes there; the constraints that the form of the page asks it for follow
    from the rules here, and the database itself holds them when the rows are written.
    """

    go_on = _("Mend it; or enter this in the form of the log, where you can say that you have looked.")

    def __init__(self, *, user: User, of_acts: set[Any], is_judged: bool = False) -> None:
        """`of_acts`: the keys of engagements that an act wrote; `is_judged`: the texts were checked before."""
        super().__init__({}, user=user)
        del self.fields["form_key"]
        self.of_acts, self.is_judged = of_acts, is_judged
        self.every_level = self.fields["level"].choices

    def ask(self, instance: Engagement, values: Mapping[str, Any], changed: list[str]) -> dict[str, list[str]]:
        """Put `values` (all fields of the form) into `instance`; what is wrong with them, by field, "" for the whole.

        `changed` names the fields in which they differ from what is stored.
        """
        self.instance, self.data, self.action, self.cluster = instance, values, values["action"], values["cluster"]
        self.__dict__["changed_data"] = changed
        self.initial = {name: getattr(instance, name) for name in self.free_texts}
        high_only = [choice for choice in self.every_level if choice[0] == Engagement.Level.HIGH]
        self.fields["level"].choices = high_only if self.action and self.action.is_always_high else self.every_level
        self.full_clean()
        return {name if name in self.fields else "": list(errors) for name, errors in self.errors.items()}

    def clean_mandates(self) -> Any:
        """Thematic mandates and that of the cluster's country, as the form of the page offers them."""
        mandates = self.cleaned_data["mandates"] or []
        country = self.cluster.country_id if self.cluster else None
        for mandate in mandates:
            if mandate.country_id not in (None, country):
                raise forms.ValidationError(
                    _("%(mandate)s is about another country than that of the cluster."),
                    params={"mandate": mandate.acronym},
                )
        return mandates

    def _check(self, texts: dict[str, str]) -> None:
        if not self.is_judged:
            super()._check(texts)

    def _offer_clusters_and_actions(self) -> None:
        self.fields["cluster"], self.fields["action"] = Given(label=_("Cluster")), Given(label=_("Action taken"))
        self.action = self.cluster = None

    def _offer_mandates(self) -> None:
        self.fields["mandates"] = Given(label=_("Mandates"), required=False)

    def _offer_what_fits(self) -> None:
        for name, label in ITEMS.items():
            self.fields[name] = Given(label=label, required=False)

    def _explain_levels(self) -> None:
        message = _("Engagements under actions 9 and 10 are always high.")
        self.fields["level"].error_messages["invalid_choice"] = message

    def _is_of_an_act(self) -> bool:
        return self.instance.pk in self.of_acts

    def _post_clean(self) -> None:
        looked_up = {"cluster", "action", *ITEMS}
        self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)
        try:
            self.instance.clean_fields(exclude=self._get_validation_exclusions() | looked_up)
        except forms.ValidationError as refusal:
            self._update_errors(refusal)
