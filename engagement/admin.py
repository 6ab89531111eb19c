"""What administrators keep: users, clusters, memberships. Engagements are not in the admin."""

from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from config.admin import ProductAdmin, ProductInline

from . import services
from .forms import ClusterForm
from .mail import invite, queue
from .models import AccountChange, Cluster, Membership, User

admin.site.site_header = admin.site.site_title = _("Cluster engagement: administration")
admin.site.enable_nav_sidebar = False  # its list of kinds stands on the first page, and lists need the room
admin.site.index_title = _("What you keep")


class UserCreationForm(forms.ModelForm):
    """A new account. Whoever makes it knows no password: its owner sets one, through the mail that invites her."""

    class Meta:
        model = User
        fields = ("email", "name", "language")

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class UserChangeForm(forms.ModelForm):
    """An account in use. The only administrator and the only focal point stay what they are: nobody else could give
    these roles again, but whoever runs the server."""

    class Meta:
        model = User
        fields = ()  # the pages of the administration name them

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        person, others = self.instance, User.objects.exclude(pk=self.instance.pk)
        stays = {"is_active": data.get("is_active"), "is_administrator": data.get("is_administrator")}
        stays["task_team"] = data.get("task_team") == User.TaskTeam.FOCAL_POINT or "task_team" in self.errors
        if not person.is_active:
            return data
        if person.is_administrator and not others.administrators().exists():
            said = _("Nobody else is an administrator. Make another active person one first.")
            self._keep(stays, ("is_active", "is_administrator"), said)
        if person.task_team == User.TaskTeam.FOCAL_POINT and not others.focal_points().exists():
            said = _(
                "Nobody else is a focal point, and only a focal point can confirm a new one. Make another active "
                "person one first, and let this person confirm it."
            )
            self._keep(stays, ("is_active", "task_team"), said)
        return data

    def _keep(self, stays: dict[str, Any], names: tuple[str, ...], said: Any) -> None:
        """Refuse each of these fields that takes the role away."""
        for name in names:
            if not stays[name]:
                self.add_error(name, said)


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


class MembershipInline(ProductInline):
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

    form = UserChangeForm
    add_form = UserCreationForm
    list_display = ("name", "email", "task_team", "is_administrator", "is_active", "last_login")
    list_filter = (UserLooks, "is_active", "task_team", "is_administrator")
    search_fields = ("name", "email")
    ordering = ("name",)
    readonly_fields = ("waiting", "second_factor", "invitation", "last_login", "date_joined")
    actions = ("mail_invitation",)
    fieldsets = (
        (None, {"fields": ("email", "name", "is_active", "second_factor", "waiting")}),
        (_("Roles"), {"fields": ("task_team", "is_administrator")}),
        (_("Preferences"), {"fields": ("language", "time_zone")}),
        (_("Dates"), {"fields": ("invitation", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("email", "name", "language"),
                "description": _("When you save, a mail invites the person to set a password and sign in."),
            },
        ),
        (_("Roles"), {"fields": ("task_team", "is_administrator")}),
    )
    inlines = (MembershipInline,)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        return self.add_fieldsets if obj is None else super().get_fieldsets(request, obj)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, change=change, **kwargs)

    def get_urls(self) -> list[Any]:
        address = path(
            "<path:object_id>/factor/",
            self.admin_site.admin_view(self.remove_factor),
            name="engagement_user_factor",
        )
        return [address, *super().get_urls()]

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        for asked in services.keep_person(by=request.user, person=obj):
            say_that_it_waits(request, asked)
        if not change:
            self._invite(request, obj)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        for membership in formset.save(commit=False):
            services.keep_membership(by=request.user, membership=membership)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def remove_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then remove the second factor that a person has lost; of a focal point, ask another one to confirm."""
        person = self.get_object(request, object_id)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        if person is None:
            raise Http404
        if request.method == "POST":
            try:
                asked = services.remove_factor(by=request.user, person=person)
            except services.NotNow as reason:
                messages.error(request, str(reason))
            else:
                if asked:
                    say_that_it_waits(request, asked)
                else:
                    said = _("Removed. %(name)s is told by mail, and sets up a new one after signing in.")
                    messages.success(request, said % {"name": person})
            return redirect("admin:engagement_user_change", object_id)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "person": person}
        return TemplateResponse(request, "admin/engagement/user/remove_factor.html", context)

    @admin.display(description=_("Second factor"))
    def second_factor(self, user: User) -> str:
        """What she holds, and the way to remove it once it is lost."""
        held = Authenticator.objects.filter(user=user).exclude(type="recovery_codes").order_by("type", "pk")
        if not held:
            return _("none")
        kinds = ", ".join(dict.fromkeys(str(factor.get_type_display()) for factor in held))
        address = reverse("admin:engagement_user_factor", args=[user.pk])
        return format_html('{} · <a href="{}">{}</a>', kinds, address, _("Lost? Remove it"))

    @admin.display(description=_("Waits for a focal point"))
    def waiting(self, user: User) -> str:
        changes = AccountChange.objects.waiting().filter(person=user)
        return ", ".join(change.get_kind_display() for change in changes) or "–"

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


def say_that_it_waits(request: HttpRequest, change: AccountChange) -> None:
    """Tell an administrator that what she entered does nothing yet, and who makes it so."""
    others = User.objects.focal_points().exclude(pk__in=[change.asked_by_id, change.person_id])
    said = (
        _("%(what)s: this waits until a focal point confirms it. They are told by mail.")
        if others.exists()
        else _(
            "%(what)s: this waits, and there is no focal point who could confirm it. Whoever runs the server makes "
            "the first one there (first_focal_point)."
        )
    )
    messages.warning(request, said % {"what": change})


@admin.register(Cluster)
class ClusterAdmin(ProductAdmin):
    form = ClusterForm
    list_display = ("name", "country", "kind", "parent", "working_language", "ends_on")
    list_filter = (ClusterLooks, "kind", "working_language")
    list_select_related = ("country", "parent")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: Any, obj: Cluster, form: Any, change: bool) -> None:
        services.keep_cluster(by=request.user, cluster=obj)


@admin.register(Membership)
class MembershipAdmin(ProductAdmin):
    list_display = ("user", "cluster", "role", "started_on", "ended_on")
    list_filter = ("role", "cluster")
    list_select_related = ("user", "cluster")
    search_fields = ("user__name", "user__email", "cluster__name")
    autocomplete_fields = ("user", "cluster")

    def save_model(self, request: Any, obj: Membership, form: Any, change: bool) -> None:
        services.keep_membership(by=request.user, membership=obj)
