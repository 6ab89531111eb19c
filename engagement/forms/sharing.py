"""What a coordinator enters when she tells her cluster of a visit, a call or a report."""

from typing import Any

from django import forms

from ..models import Contact, Share, User
from .act import ActForm
from .fields import Narrative


class ShareForm(ActForm):
    """Whom `by` tells, in which words. Everybody who ever was of the cluster is understood; the service says who is not
    reached any more, by name."""

    members = forms.ModelMultipleChoiceField(User.objects.none(), required=False)
    contacts = forms.ModelMultipleChoiceField(Contact.objects.none(), required=False)
    note = Share._meta.get_field("note").formfield(widget=Narrative(attrs={"rows": 4, "dir": "auto"}))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ever = User.objects.filter(memberships__cluster=self.cluster).exclude(pk=by.pk).distinct()
        self.fields["members"].queryset = ever
        self.fields["contacts"].queryset = Contact.objects.filter(cluster=self.cluster)

    def is_chosen(self, field: str, person: User | Contact) -> bool:
        """Whether the box of this person is ticked, by what was sent or what the form started from."""
        return str(person.pk) in {str(key) for key in self[field].value() or ()}


class VisitShareForm(ShareForm):
    number = 2


class ReportShareForm(ShareForm):
    """Of a report, or of a call for input to one."""

    number = 5
