from functools import cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import UserQuerySet, sees_account_changes
from .base import UUIDModel


@cache
def known_zones() -> frozenset[str]:
    """The names of the IANA database of time zones."""
    return frozenset(available_timezones())


def is_known_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the IANA database, such as Africa/Juba."""
    if name not in known_zones():
        raise ValidationError(_("No such time zone; write it like Africa/Juba."))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in with `email`, whatever its case; without a password she must set one by mail."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator. There is no user who may do everything: administering is not reading."""
        return self.create_user(email, password, is_administrator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(UUIDModel, AbstractBaseUser):
    """A person with an account. What she reads follows from her roles, asked anew at each request.

    Roles: memberships in clusters (`Membership`), a place in the HRE task team, administrator. Django's groups
    and permissions are not used: `has_perm` states in one place what each role may do in the admin.
    """

    class TaskTeam(models.TextChoices):
        READER = "reader", _("HRE TT reader")
        FOCAL_POINT = "focal_point", _("HRE TT focal point")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, blank=True, help_text=_("Empty: as the browser asks.")
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="UTC", validators=[is_known_zone])
    task_team = models.CharField(_("role in the HRE task team"), max_length=11, choices=TaskTeam, blank=True)
    is_administrator = models.BooleanField(
        _("administrator"),
        default=False,
        help_text=_("Manages users, clusters and memberships. Reads no engagement by this role."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off when a person leaves; the name stays on her records.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="email_once_in_any_case",
                violation_error_message=_("Somebody signs in with this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    @property
    def zone(self) -> ZoneInfo:
        """Her time zone; UTC where the name is none, or not any more."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens: for the task team (reference data) and administrators (users, clusters)."""
        return bool(self.task_team) or self.is_administrator

    @property
    def is_superuser(self) -> bool:
        """Nobody is: a right to everything would be a way around the gate."""
        return False

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Task team: the reference data (`mandates`). Administrators: users, clusters, memberships, never deleting."""
        if not self.is_active:
            return False
        app, _dot, codename = permission.partition(".")
        if app == "mandates":
            return bool(self.task_team)
        verb, _underscore, model = codename.partition("_")
        if app == "engagement" and self.is_administrator:
            return verb != "delete" and model in {"user", "cluster", "membership"}
        return False

    def has_perms(self, permissions: Any, obj: object = None) -> bool:
        return all(self.has_perm(permission, obj) for permission in permissions)

    def has_module_perms(self, app: str) -> bool:
        """Whether the admin's index shows the app to this person."""
        return self.is_active and (
            (app == "mandates" and bool(self.task_team)) or (app == "engagement" and self.is_administrator)
        )

    @property
    def reference_scopes(self) -> QuerySet:
        """The keys of the clusters whose unconfirmed suggestions she knows: those whose page she may open.

        What `mandates` asks of a reader, so that it need not know of clusters; used as a subquery.
        """
        from .cluster import Cluster

        return Cluster.objects.visible_to(self).order_by().values("pk")

    @property
    def sees_account_changes(self) -> bool:
        """Whether the page of changes to accounts is hers: the rule of `querysets`, for menus."""
        return sees_account_changes(self)

    @property
    def needs_second_factor(self) -> bool:
        """Whether a second factor is demanded of this person where MFA_REQUIRED: all who read across clusters."""
        return self.is_staff
