"""What administrators keep: users, clusters, memberships. Engagements are not in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.admin import ProductAdmin

from .mail import invite, queue
from .models import Cluster, Membership, User

admin.site.site_header = admin.site.site_title = _("Cluster engagement: administration")
admin.site.index_title = _("What you keep")


class UserCreationForm(AdminUserCreationForm):
    """A new account; without a password the person sets one through “forgotten password”."""

    class Meta:
        model = User
        fields = ("email", "name")


class ToLookAtFilter(admin.SimpleListFilter):
    """Rows that an administrator should look at; home counts them by the same querysets."""

    title = _("to look at")
    parameter_name = "look"
    looks: ClassVar[dict[str, tuple[Any, Any]]]

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _rows) in self.looks.items()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() in self.looks:
            _label, rows = self.looks[self.value()]
            return rows(queryset)
        return queryset


class UserLooks(ToLookAtFilter):
    looks: ClassVar = {
        "never": (_("never signed in"), lambda users: users.never_signed_in()),
        "mail": (_("a mail did not leave"), lambda users: users.with_mail_that_did_not_leave()),
    }


class ClusterLooks(ToLookAtFilter):
    looks: ClassVar = {
        "nobody": (_("no coordinator"), lambda clusters: clusters.without_coordinator(timezone.localdate())),
    }


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("cluster",)
    can_delete = False


@admin.register(User)
class UserAdmin(ProductAdmin):
    """People, their roles and memberships. Nobody is deleted: a person who leaves is made inactive.

    The password of an account in use is set by its owner alone, through “forgotten password”: whoever could set it
    could read as her.
    """

    add_form = UserCreationForm
    list_display = ("name", "email", "task_team", "is_administrator", "is_active", "last_login")
    list_filter = (UserLooks, "is_active", "task_team", "is_administrator")
    search_fields = ("name", "email")
    ordering = ("name",)
    readonly_fields = ("invitation", "last_login", "date_joined")
    actions = ("mail_invitation",)
    fieldsets = (
        (None, {"fields": ("email", "name", "is_active")}),
        (_("Roles"), {"fields": ("task_team", "is_administrator")}),
        (_("Preferences"), {"fields": ("language", "time_zone")}),
        (_("Dates"), {"fields": ("invitation", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
        (_("Roles"), {"fields": ("task_team", "is_administrator")}),
    )
    inlines = (MembershipInline,)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        return self.add_fieldsets if obj is None else super().get_fieldsets(request, obj)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._invite(request, obj)

    def _invite(self, request: Any, user: User) -> None:
        """Mail the person how to sign in, once the page's transaction is committed; the page says what became of it."""
        mail = queue(kind="invitation", to=user, by=request.user)
        transaction.on_commit(lambda: invite(request, mail))

    @admin.action(description=_("Mail again how to sign in"), permissions=["change"])
    def mail_invitation(self, request: Any, queryset: Any) -> None:
        for user in queryset:
            self._invite(request, user)

    @admin.display(description=_("Invitation"))
    def invitation(self, user: User) -> str:
        """What became of the last mail that an administrator caused; those of coordinators are theirs to see."""
        mail = user.mails.filter(kind="invitation", cluster=None).order_by("created_at").last()
        return render_to_string("engagement/_mail_state.html", {"mail": mail}).strip() if mail else _("none mailed")


@admin.register(Cluster)
class ClusterAdmin(ProductAdmin):
    list_display = ("name", "country", "kind", "parent", "working_language", "ends_on")
    list_filter = (ClusterLooks, "kind", "working_language")
    list_select_related = ("country", "parent")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Membership)
class MembershipAdmin(ProductAdmin):
    list_display = ("user", "cluster", "role", "started_on", "ended_on")
    list_filter = ("role", "cluster")
    list_select_related = ("user", "cluster")
    search_fields = ("user__name", "user__email", "cluster__name")
    autocomplete_fields = ("user", "cluster")
