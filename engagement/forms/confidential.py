"""Actions 9 and 10: what was shared in confidence, the receipt of a referral. Choices and days, no text anywhere."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from config.signs import labelled
from mandates.dates import first_day, months_later, show_day
from mandates.models import Mandate
from mandates.querysets import MandateQuerySet

from ..models import Cluster, Engagement, InformationShare, Referral
from .fields import calendar
from .mandates import MandatesForm

MONTHS_BACK = 24
"""How long ago a referral can have been of which the receipt is kept here."""


def _radios(model: Any, name: str, **options: Any) -> forms.ChoiceField:
    """The choices of a column of `model`, each in view, none chosen beforehand."""
    column = model._meta.get_field(name)
    return forms.ChoiceField(
        label=capfirst(column.verbose_name),
        choices=column.choices,
        widget=forms.RadioSelect,
        **options,
    )


class InformationForm(MandatesForm):
    """9: information went to mandates in confidence. What it said is not asked."""

    number = 9

    shared_on = forms.DateField(
        label=_("Day"),
        initial=timezone.localdate,
        widget=calendar(),
        help_text=_("Any day of it, where the month is exact enough."),
    )
    precision = forms.ChoiceField(
        label=_("Exact to the"),
        choices=[choice for choice in Engagement.DatePrecision.choices if choice[0] != "quarter"],
        initial=Engagement.DatePrecision.DAY.value,
    )

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, cluster=cluster, **kwargs)
        self.fields["kind"] = _radios(InformationShare, "kind")
        self.fields["channel"] = _radios(InformationShare, "channel")
        self.order_fields(["mandates", "kind", "channel", "shared_on", "precision"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        shared_on = data.get("shared_on")
        if shared_on and first_day(shared_on, data.get("precision")) > timezone.localdate():
            self.add_error("shared_on", _("This day lies ahead: come back when it is shared."))
        return data


class ReferralForm(MandatesForm):
    """10: the receipt of a case that was referred outside this tool.

    Consent refused, a risk of reprisals not assessed and a case not sent yet are answers too: each is refused with
    what to do instead, and nothing is written. So the browser does not ask for what is missing, the form does.
    """

    number = 10
    use_required_attribute = False
    not_offered = _(
        "“%(value)s” takes no case: it does not act on communications, is not in force, is served by nobody yet, or is "
        "about another country. Choose another mandate."
    )

    why_not = forms.ChoiceField(
        label=_("If nobody could ask: why, and who agrees instead"),
        required=False,
        choices=[("", _("the person was asked")), *Referral.WhyNot.choices],
    )
    is_sent = forms.BooleanField(
        label=_("It was sent by a secure channel outside this tool"),
        error_messages={
            "required": _(
                "This tool sends nothing to a mandate holder. Send the case first: by the online form of the Special "
                "Procedures, or by encrypted mail to the mandate. Then come back and tick this; keep no copy here."
            )
        },
    )

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, cluster=cluster, **kwargs)
        self.fields["consent"] = _radios(Referral, "consent")
        self.fields["publication"] = _radios(Referral, "publication")
        self.fields["reprisals"] = _radios(Referral, "reprisals")
        self.fields["month"] = forms.TypedChoiceField(
            label=_("Month in which it was referred"),
            choices=[(month.isoformat(), show_day(month, "month")) for month in _recent_months()],
            coerce=date.fromisoformat,
            help_text=_("The month is enough: a day could lead to the person."),
        )
        self.fields["mandates"].label_from_instance = _label  # type: ignore[attr-defined]
        self.order_fields(["consent", "why_not", "publication", "reprisals", "mandates", "month", "is_sent"])

    def offered(self) -> MandateQuerySet:
        return super().offered().filter(acts_on_communications=True)

    @property
    def refused(self) -> list[str]:
        """Of consent and reprisals, those whose answer forbids the referral."""
        return [name for name in ("consent", "reprisals") if self.has_error(name, "refused")]

    def clean_consent(self) -> str:
        if self.cleaned_data["consent"] == Referral.Consent.NO:
            raise forms.ValidationError(
                _(
                    "Then the case is not referred, and nothing was written. A no deserves respect; it takes nothing "
                    "away from the person’s right to your help. You can still share the pattern behind such cases, "
                    "without any person in it (action 9), and offer legal aid or protection services. Should the "
                    "person want it later, come back."
                ),
                code="refused",
            )
        return self.cleaned_data["consent"]

    def clean_reprisals(self) -> str:
        if self.cleaned_data["reprisals"] == Referral.Reprisals.NOT_ASSESSED:
            raise forms.ValidationError(
                _(
                    "Assess it first, with the person; nothing was written. Who could learn of it, what could they do "
                    "to the person, the family, your colleagues, and what would lower that risk? Where the danger is "
                    "immediate this can be a short talk, but it is never left out. The OHCHR office in your country "
                    "can advise you; you need not name anyone."
                ),
                code="refused",
            )
        return self.cleaned_data["reprisals"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        refused = self.refused
        if "consent" in refused:
            # Nobody whose person said no is told to fill in the rest.
            for name in set(self.errors).difference(refused):
                del self.errors[name]
            return data
        if refused and "is_sent" in self.errors:
            del self.errors["is_sent"]  # nobody is told to send a case whose risk is not assessed
        consent, why_not = data.get("consent"), data.get("why_not")
        if consent == Referral.Consent.NOT_OBTAINABLE and not why_not:
            self.add_error("why_not", _("Say why nobody could ask, and who agrees in the person’s place."))
        if consent == Referral.Consent.YES and why_not:
            self.add_error("why_not", _("The person agreed, you say above: then choose “the person was asked”."))
        data.pop("is_sent", None)
        return data


def _recent_months() -> list[date]:
    """The first days of this month and of those before it."""
    this = timezone.localdate().replace(day=1)
    return [months_later(this, -n) for n in range(MONTHS_BACK)]


def _label(mandate: Mandate) -> str:
    label = labelled(mandate.acronym, mandate.name)
    if mandate.acts_on_communications_verified:
        return label
    return _("%(mandate)s (unverified that it takes cases)") % {"mandate": label}
