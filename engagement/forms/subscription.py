"""What somebody follows: for herself, or for all who belong to a cluster that she coordinates."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.widgets import DropDown
from mandates.models import Country, Mandate

from ..models import Cluster, OutgoingMail, Subscription, User
from ..models.user import known_zones
from .checked import Form
from .choices import mandate_label

OF_CLUSTER = "cluster:"
"""Before the slug of a cluster, in the choices of countries and mandates: its own country, its priority mandates."""


class SubscriptionForm(Form):
    """Kind AND country AND mandate. `instance` is the one to change; its people stay the same.

    Offered are the countries of clusters to which she belongs, and the priority mandates of those whose list she reads.
    """

    whom = forms.ChoiceField(label=gettext_lazy("For whom"), required=False, widget=DropDown)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What"),
        initial=list(Subscription.KINDS),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one.")},
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        widget=DropDown,
        help_text=gettext_lazy("What names no country comes only with a mandate beside it."),
    )
    mandate = forms.ChoiceField(
        label=gettext_lazy("Mandate"),
        required=False,
        widget=DropDown,
        help_text=gettext_lazy("With a country chosen above: what fits both."),
    )
    mails = forms.ChoiceField(
        label=gettext_lazy("Mails"),
        choices=Subscription.Mails.choices,
        initial=Subscription.Mails.URGENT,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Urgent is a visit that is announced, moved or cancelled, and a deadline within 7 days. The rest comes on "
            "Monday morning."
        ),
    )

    def __init__(self, *args: Any, user: User, instance: Subscription | None = None, **kwargs: Any) -> None:
        if instance is not None:
            kwargs["initial"] = _initial(instance) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.user, self.instance = user, instance
        today = timezone.localdate()
        joined = Cluster.objects.joined_by(user).active(today).select_related("country").order_by("name")
        kept = Cluster.objects.coordinated_by(user).active(today).order_by("name")
        self.kept = {cluster.slug: cluster for cluster in kept}
        self.joined = {cluster.slug: cluster for cluster in joined}
        if instance is not None and instance.is_default:
            self.joined = {slug: one for slug, one in self.joined.items() if one.pk == instance.cluster_id}
        if instance is not None or not self.kept:
            del self.fields["whom"]
        else:
            people = [(slug, _("All who belong to: %(cluster)s") % {"cluster": c}) for slug, c in self.kept.items()]
            self.fields["whom"].choices = [("", _("Me")), *people]
        labels = {kind: Subscription._meta.get_field(kind).verbose_name for kind in Subscription.KINDS}
        self.fields["kinds"].choices = list(labels.items())
        countries = [(row.pk, row.name) for row in Country.objects.by_name()]
        own = [
            (OF_CLUSTER + slug, _("Country of: %(cluster)s") % {"cluster": cluster})
            for slug, cluster in self.joined.items()
        ]
        self.fields["country"].choices = [("", _("All countries")), *own, *countries]
        lists = [
            (OF_CLUSTER + slug, _("Priority mandates of: %(cluster)s") % {"cluster": cluster})
            for slug, cluster in self.joined.items()
            if slug in self.kept
        ]
        mandates = Mandate.objects.in_force(today).order_by("kind", "acronym")
        named = {row.slug: mandate_label(row) for row in mandates}
        if instance is not None and instance.mandate:
            named.setdefault(instance.mandate.slug, mandate_label(instance.mandate))
        self.fields["mandate"].choices = [("", _("All mandates")), *lists, *named.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        row = self.subscription()
        of = {name: self._cluster(name) for name in ("country", "mandate") if self._cluster(name)}
        if len({cluster.pk for cluster in of.values() if cluster}) > 1:
            self.add_error("mandate", _("Country and priority mandates are of two clusters; choose those of one."))
        elif row.is_default and any(cluster != row.cluster for cluster in of.values()):
            self.add_error("whom", _("What a cluster follows can be of its own country and mandates only."))
        elif row.same().exclude(pk=row.pk).exists():
            self.add_error(None, _("This is followed already."))
        return cleaned

    def _cluster(self, name: str) -> Cluster | None:
        value = str(self.cleaned_data.get(name) or "")
        return self.joined[value.removeprefix(OF_CLUSTER)] if value.startswith(OF_CLUSTER) else None

    def subscription(self) -> Subscription:
        """What was chosen, as a row: the one to change, or a new one. Not saved."""
        chosen = self.cleaned_data
        row = self.instance or Subscription(user=None if chosen.get("whom") else self.user)
        country, mandate = self._cluster("country"), self._cluster("mandate")
        row.of_country, row.of_priorities = country is not None, mandate is not None
        if not row.is_default:
            row.cluster = country or mandate
        elif row.cluster_id is None:
            row.cluster = self.kept[chosen["whom"]]
        row.country = Country.objects.get(pk=chosen["country"]) if chosen["country"] and not country else None
        row.mandate = Mandate.objects.get(slug=chosen["mandate"]) if chosen["mandate"] and not mandate else None
        for kind in Subscription.KINDS:
            setattr(row, kind, kind in chosen["kinds"])
        row.mails = chosen["mails"]
        return row


def _initial(row: Subscription) -> dict[str, Any]:
    """What the form shows of a subscription."""
    own = OF_CLUSTER + row.cluster.slug if row.cluster else ""
    return {
        "kinds": [kind for kind in Subscription.KINDS if getattr(row, kind)],
        "country": own if row.of_country else row.country_id or "",
        "mandate": own if row.of_priorities else (row.mandate.slug if row.mandate else ""),
        "mails": row.mails,
    }


class MailsForm(Form):
    """Which mails a person gets of all that she follows, and by which clock: it is that of all pages, too."""

    urgent = forms.BooleanField(label=gettext_lazy("Urgent news, at once"), required=False)
    weekly = forms.BooleanField(label=gettext_lazy("All news, on Monday morning"), required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Your time zone"),
        help_text=gettext_lazy("Monday morning, and every deadline on these pages, is told by this clock."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        mark = getattr(user, "digest_mark", None)
        wanted = {
            "urgent": mark is None or mark.wants(OutgoingMail.Kind.URGENT),
            "weekly": mark is None or mark.wants(OutgoingMail.Kind.DIGEST),
        }
        super().__init__(*args, initial=wanted | {"time_zone": user.time_zone}, **kwargs)
        places = {zone for zone in known_zones() if "/" in zone and not zone.startswith("Etc/")}
        self.fields["time_zone"].choices = [(zone, zone) for zone in sorted(places | {"UTC", user.time_zone})]
