"""Contacts of a cluster: kept beside its members, read by its coordinators alone, removed so that nothing is left."""

import pytest
from django.db import connection

from engagement import services
from engagement.forms import ContactForm
from engagement.models import Contact, OutgoingMail
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/clusters/south-sudan/members/"
ADD = "/clusters/south-sudan/contacts/"
SHE = {"contact-name": "Amina Deng", "contact-email": "Amina@Example.net", "contact-language": "fr"}


@pytest.fixture
def amina(cast):
    return factories.ContactFactory(cluster=cast.south_sudan, name="Amina Deng", email="amina@example.net")


def test_a_coordinator_enters_a_contact(cast, client_of, mailoutbox):
    """She stands in the list, in small letters, with her language; nobody is mailed by that."""
    response = client_of(cast.coordinator).post(ADD, SHE, follow=True)
    contact = Contact.objects.get()
    assert (contact.cluster, contact.added_by) == (cast.south_sudan, cast.coordinator)
    assert (contact.name, contact.email, contact.language) == ("Amina Deng", "amina@example.net", "fr")
    page = response.content.decode()
    assert "Amina Deng is a contact now. Nothing was mailed." in page
    assert "1 contact" in page
    assert mailoutbox == []


def test_the_page_without_contacts_says_what_they_are_for(cast, client_of):
    """An empty list leads on."""
    assert "No contact yet." in client_of(cast.coordinator).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"contact-name": ""}, "name", "required"),
        ({"contact-name": "nul\x00"}, "name", "Null characters"),
        ({"contact-email": "nobody"}, "email", "valid email"),
        ({"contact-email": "AMINA@example.net"}, "email", "among the contacts already"),
        ({"contact-email": "Member@example.org"}, "email", "has an account"),
        ({"contact-language": "tlh"}, "language", "valid choice"),
    ],
)
def test_what_cannot_be_a_contact_is_said_beside_the_field(typed, field, said, amina, cast, client_of):
    """The page of the members comes back with what was typed, and nobody new."""
    response = client_of(cast.coordinator).post(ADD, SHE | {"contact-email": "new@example.net"} | typed)
    assert said in response.context["contact_form"].errors[field][0]
    assert response.context["form"].errors == {}
    assert list(Contact.objects.all()) == [amina]


def test_a_contact_is_changed(amina, cast, client_of):
    """Name, address and language; her own address is not in her way."""
    typed = {"name": "Amina D.", "email": "amina@example.net", "language": ""}
    response = client_of(cast.coordinator).post(f"{ADD}{amina.pk}/", typed)
    assert response["Location"] == f"{PAGE}#contacts"
    amina.refresh_from_db()
    assert amina.name == "Amina D."


def test_an_error_in_a_change_comes_back(amina, cast, client_of):
    """And the contact stays as it was."""
    page = client_of(cast.coordinator).post(f"{ADD}{amina.pk}/", {"name": "", "email": "x", "language": ""})
    assert set(page.context["form"].errors) == {"name", "email"}
    amina.refresh_from_db()
    assert amina.name == "Amina Deng"


def test_removing_asks_first_and_leaves_nothing(amina, cast, client_of):
    """Name and address are in no column any more; the row stays for the counts, and mails that wait are dropped."""
    share = factories.ShareFactory(to=[amina], to__state="waiting")
    client = client_of(cast.coordinator)
    assert "deleted for good" in client.get(f"{ADD}{amina.pk}/remove/").content.decode()
    amina.refresh_from_db()
    assert amina.removed_on is None
    page = client.post(f"{ADD}{amina.pk}/remove/", follow=True).content.decode()
    assert "Removed: name and address are gone" in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM engagement_contact")
        assert "amina" not in str(cursor.fetchall()).lower()
    assert OutgoingMail.objects.get(share=share).state == "dropped"
    assert client.get(f"{ADD}{amina.pk}/").status_code == 404
    assert client.post(f"{ADD}{amina.pk}/remove/").status_code == 404


def test_the_address_of_a_removed_contact_can_be_entered_again(amina, cast, client_of):
    """Whoever changed her mind is a new contact."""
    services.remove_contact(contact=amina)
    client_of(cast.coordinator).post(ADD, SHE)
    assert Contact.objects.get(removed_on=None).email == "amina@example.net"


def test_a_change_does_not_bring_back_what_was_removed_meanwhile(amina, cast):
    """The form was opened before the contact was removed: it is refused, and nothing is filled again."""
    typed = {"name": "Amina", "email": "amina@example.net", "language": ""}
    form = ContactForm(typed, instance=Contact.objects.get(pk=amina.pk))
    services.remove_contact(contact=amina)
    with pytest.raises(services.NotNow, match="removed meanwhile"):
        services.keep_contact(cluster=cast.south_sudan, form=form)
    amina.refresh_from_db()
    assert (amina.name, amina.email) == ("", "")


def test_a_contact_who_becomes_a_member_is_marked(cast, client_of):
    """She would get mails twice; the page says to remove the contact."""
    factories.ContactFactory(cluster=cast.south_sudan, email=cast.member.email)
    assert "Remove this contact." in client_of(cast.coordinator).get(PAGE).content.decode()


@pytest.mark.parametrize("person", ["other", "reader", "focal", "administrator", "member"])
def test_nobody_else_reads_a_contact(person, amina, cast, client_of):
    """Neither by a page nor by the queryset."""
    user = getattr(cast, person)
    assert not Contact.objects.visible_to(user).exists()
    client = client_of(user)
    for address in (PAGE, f"{ADD}{amina.pk}/", f"{ADD}{amina.pk}/remove/"):
        response = client.get(address)
        assert response.status_code in (403, 404)
        assert "amina" not in response.content.decode().lower()
        assert client.post(address, SHE).status_code in (403, 404)
    assert client.post(ADD, SHE).status_code in (403, 404)
    amina.refresh_from_db()
    assert amina.name == "Amina Deng"


def test_a_contact_of_another_cluster_is_not_there(amina, cast, client_of):
    """Its key under one's own cluster is a 404."""
    client = client_of(cast.other)
    for page in ("", "remove/"):
        assert client.post(f"/clusters/ukraine/contacts/{amina.pk}/{page}", SHE).status_code == 404
