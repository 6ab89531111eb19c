"""What came back from mandate holders, to a referral or an invitation."""

from django.db import transaction

from ..forms.answer import AnswerForm
from ..models import Engagement, User
from .act import AlreadyDone, hold_line


def note_answer(*, by: User, form: AnswerForm) -> Engagement:
    """Write the answer of a valid `form`; the line itself stays as it is.

    Raises AlreadyDone when a colleague noted another one since the form was shown, Engagement.DoesNotExist when `by`
    may not change the line, or it was withdrawn.
    """
    state, day = form.state, form.day
    with transaction.atomic():
        line = hold_line(form.instance.engagement, by=by)
        stored = type(form.instance).objects.filter(engagement=line).values_list(state, day).get()
        typed = form.cleaned_data[state], form.cleaned_data[day]
        if stored[0] != form.cleaned_data["seen"] and stored != typed:
            raise AlreadyDone(line)
        form.save()
    return line
