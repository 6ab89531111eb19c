"""What hangs on accounts and on the level *high* in the world of the canaries: who opens, lowers, takes away, hands in.

Each function adds to a `World`.
"""

from functools import cache
from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from engagement import audit
from engagement.models import Engagement, ImportedRow, OutgoingMail
from tests import factories
from tests.engagement.imports.files import new_row


def add_lowerings(world: Any) -> None:
    """Of each cluster a line that somebody asks to lower, which a focal point is mailed, and one that was lowered."""
    focal, now = world.cast.focal, timezone.now()
    for cluster in world.clusters:
        lines = Engagement.objects.filter(cluster=cluster, status="done")
        asked = lines.filter(level="high", action__number=4).get()
        lowered = lines.filter(level="moderate", version=2).order_by("created_at").first()
        decided = {"outcome": "lowered", "decided_by": focal, "decided_at": now}
        for line, columns in ((asked, {}), (lowered, decided)):
            lowering = factories.LevelLoweringFactory(
                engagement=line,
                asked_by=world.authors[cluster.slug][0],
                reason=world.mark("lowering", "high", cluster, f"lowering.reason, {columns.get('outcome', 'waiting')}"),
                **columns,
            )
            if not columns:
                OutgoingMail.objects.create(kind="lowering", to=focal, lowering=lowering, created_at=now, due_at=now)


def add_ledger(world: Any) -> None:
    """A focal point opened and took away what is *high* of each cluster, and said what for."""
    for cluster in world.clusters:
        line = Engagement.objects.filter(cluster=cluster, level="high", action__number=4).get()
        audit.opened(by=world.cast.focal, line=line, page="engagement-detail")
        said: dict[str, Any] = {"page": "export-confidential", "rows": 2, "levels": {"high": 2}, "format": "csv"}
        reason = world.mark("export_reason", "high", cluster, "audit.reason")
        audit.record("exported", by=world.cast.focal, cluster=cluster.pk, reason=reason, **said)


def add_files(world: Any) -> None:
    """Files of three coordinators, each with new rows of all clusters and a row with the key of one of their lines.

    Of one more file the rows are written: then its name alone is kept.
    """
    for name in ("coordinator", "other", "moved"):
        person = world.people[name]

        def say(cluster: Any, field: str, name: str = name) -> str:
            return world.mark("import", "high", cluster, field, by=name)

        rows = []
        for cluster in world.clusters:
            line = Engagement.objects.filter(cluster=cluster, level="high", action__number=4).get()
            words = {field: say(cluster, f"import.{field}") for field in ("what_was_done", "challenges", "result")}
            rows += [new_row(cluster=cluster.name, **words), new_row(row=f"{line.pk}:1", **words)]
        file_name = f"{say(world.clusters[0], 'import.file_name')}.xlsx"
        factories.ImportBatchFactory(by=person, rows=rows, file_name=file_name)
        written = factories.ImportBatchFactory(
            by=person, content={}, state="confirmed", decided_at=timezone.now(), counts={"written": 1},
            file_name=f"{say(world.clusters[0], 'import.file_name')}.xlsx",
            reason=say(world.clusters[0], "import.reason"),
        )  # fmt: skip
        ImportedRow.objects.create(
            batch=written, engagement=Engagement.objects.filter(created_by=person).first(), is_new=True, version=1
        )


def add_bulk_changes(world: Any) -> None:
    """Why lines of each cluster and level were changed together, and why their requests were closed together."""
    for cluster in world.clusters:
        person = world.authors[cluster.slug][0]
        for level in ("low", "moderate", "high"):
            lines = Engagement.objects.filter(cluster=cluster, level=level, version=1).standing().with_text()
            line = lines.filter(support_request__isnull=False).order_by("what_was_done").first()
            for closed in (False, True):
                reason = world.mark("line", level, cluster, f"import.reason of a change, {closed=}")
                counts = {"closed": {str(line.pk): "open"}} if closed else {}
                batch = factories.ImportBatchFactory(
                    by=person, content={}, state="confirmed", decided_at=timezone.now(), counts=counts, kind="bulk",
                    file_name="Change", reason=reason,
                )  # fmt: skip
                ImportedRow.objects.create(batch=batch, engagement=line, is_new=False, version=1)


def add_doubts(world: Any) -> None:
    """What looked wrong to each of them: waiting, and answered by the task team."""
    focal, cluster = world.cast.focal, world.clusters[0]
    for name in ("member", "coordinator", "other", "administrator", "moved"):
        words = {"text": world.mark("doubt", "low", cluster, "doubt.text", by=name)}
        factories.DoubtFactory(visit=world.visit, said_by=world.people[name], **words)
        words = {part: world.mark("doubt", "low", cluster, f"doubt.{part}", by=name) for part in ("text", "answer")}
        settled = {"outcome": "stands", "settled_by": focal, "settled_at": timezone.now()}
        factories.DoubtFactory(report=world.report, said_by=world.people[name], **words, **settled)


def add_reports(world: Any) -> None:
    """Reports of each cluster and level: a draft, one that was published, one that was withdrawn."""
    focal = world.cast.focal
    for cluster in world.clusters:
        for level in ("low", "moderate", "high"):
            line = Engagement.objects.filter(cluster=cluster, level=level, status="done").order_by("created_at").first()

            def say(text: str, field: str, cluster: Any = cluster, level: str = level) -> str:
                return world.mark(text, level, cluster, f"engagement_report.{field}")

            for text, more in (
                ("report_draft", {}),
                ("report", {"published": focal}),
                ("report", {"published": focal, "withdrawn": say("report", "withdrawn_reason")}),
            ):
                is_shown = "withdrawn" not in more
                factories.EngagementReportFactory(
                    cluster=cluster,
                    level=level,
                    created_by=focal,
                    title=say(text, "title"),
                    summary=say(text, "summary") if is_shown else "",
                    highlights=[(line, say(text, "highlight"))] if is_shown else [],
                    **more,
                )


def add_feeds(world: Any) -> None:
    """A key to the feeds of each person."""
    for name, person in world.people.items():
        if name not in ("anonymous", "deactivated"):
            words = world.mark("feed", "low", world.clusters[0], "feed.name", by=name)
            factories.FeedKeyFactory(user=person, name=words, key=f"feed-of-{name}")


def add_views(world: Any) -> None:
    """A view of the log for each person alone, and one that a coordinator shares with her cluster."""
    cluster = world.cast.south_sudan
    for name, person in world.people.items():
        if name not in ("anonymous", "deactivated"):
            words = world.mark("view", "high", cluster, "saved_view.name", by=name)
            looked_for = world.mark("view", "high", cluster, "saved_view.query", by=name)
            factories.SavedViewFactory(user=person, name=words, query=f"text={looked_for}")
    shared = world.mark("view_shared", "low", cluster, "saved_view.name")
    factories.SavedViewFactory(user=world.cast.coordinator, cluster=cluster, name=shared)


def add_accounts(world: Any) -> None:
    """Changes that wait for a focal point; of some people a form that waits for them, and a passkey with a name."""
    cast, cluster = world.cast, world.cast.south_sudan
    second = factories.UserFactory(email="second@example.org", task_team="focal_point")
    address = f"{world.mark('account', 'high', cluster, 'account_change.email')}@example.org"
    change = factories.AccountChangeFactory(person=second, asked_by=cast.administrator, kind="email", email=address)
    for name in ("member", "coordinator", "other", "reader", "focal", "administrator", "moved"):
        person = world.people[name]
        typed = world.mark("kept", "high", cluster, "kept_form", by=name)
        factories.KeptFormFactory(typed_by=person, fields=[("what_was_done", typed)])
        data = {"name": world.mark("passkey", "high", cluster, "passkey.name", by=name), "credential": credential()}
        Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
    now = timezone.now()
    old = f"{world.mark('old_address', 'high', cluster, 'mail.address')}@example.org"
    for kind, columns in {
        "change": {"to": cast.focal, "change": change},
        "roles": {"to": cast.coordinator, "cluster": cluster},
        "factor": {"to": second},
        "address": {"to": second, "address": old},
    }.items():
        OutgoingMail.objects.create(kind=kind, by=cast.administrator, created_at=now, due_at=now, **columns)


@cache
def credential() -> dict[str, Any]:
    """What a browser says when a passkey is made (WebAuthn, "none" attestation)."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid.NONE, b"a passkey", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(b"testserver").digest(), flags, 0, made)
    said = CollectedClientData.create("webauthn.create", b"challenge", "http://testserver")
    attestation = AttestationObject.create("none", data, {})
    response = AuthenticatorAttestationResponse(client_data=said, attestation_object=attestation)
    return dict(RegistrationResponse(raw_id=b"a passkey", response=response))
