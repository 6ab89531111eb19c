"""The twelve actions are fixed rows; a change of group or time frame is a migration of its own."""

import uuid

from django.db import migrations

NAMESPACE = uuid.UUID("6f1d8f0e-3a64-4f0b-9c0e-2b1c5a7d9e12")
GROUPS = {
    "visits": (1, 2, 3),
    "reports": (4, 5, 6),
    "press": (7,),
    "priorities": (8, 9),
    "cases": (10,),
    "events": (11,),
    "advocacy": (12,),
}
TIME_FRAMES = {"immediate": (7, 10), "medium": (1, 2, 3, 11), "long": (4, 5, 6, 8, 9, 12)}


def write_actions(apps, schema_editor):
    time_frame_of = {number: frame for frame, numbers in TIME_FRAMES.items() for number in numbers}
    action = apps.get_model("engagement", "Action")
    for group, numbers in GROUPS.items():
        for number in numbers:
            key = uuid.uuid5(NAMESPACE, f"action-{number}")
            action.objects.create(id=key, number=number, group=group, time_frame=time_frame_of[number])


def remove_actions(apps, schema_editor):
    apps.get_model("engagement", "Action").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_people_and_log")]
    operations = [migrations.RunPython(write_actions, remove_actions)]
