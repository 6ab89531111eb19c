"""The terms of the field, as this tool uses them, in its four languages: one table for the page and for translators.

A word that was found in a UN source carries it; the others are translations of ours, and the page marks them as such.
Where the catalogues translate a term by itself they use the same words (`tests/engagement/test_glossary.py`).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Source:
    """Where a word was found: what it is, in its own language, and its address."""

    language: str
    title: str
    address: str


# Read on 30 November 2026, some in copies of these pages, since the site does not answer programs.
_OHCHR = "https://www.ohchr.org"
_PAGES = "special-procedures-human-rights-council"
FR = Source("fr", "HCDH, À propos des procédures spéciales", f"{_OHCHR}/fr/HRBodies/SP/Pages/Welcomepage.aspx")
ES_VISITS = Source(
    "es",
    "ACNUDH, Visitas a los países y otras visitas",
    f"{_OHCHR}/es/{_PAGES}/country-and-other-visits-special-procedures",
)
ES_REPORTS = Source(
    "es", "ACNUDH, Informes y solicitudes de aportaciones", f"{_OHCHR}/es/{_PAGES}/reports-and-related-calls-input"
)
AR_VISITS = Source("ar", "مفوضية حقوق الإنسان، الزيارات القطرية", f"{_OHCHR}/ar/{_PAGES}/country-and-other-visits")
AR_PERSON = Source(
    "ar", "مفوضية حقوق الإنسان، زيارات المقرر الخاص", f"{_OHCHR}/AR/HRBodies/SP/Pages/CountryandothervisitsSP.aspx"
)
AR_LETTERS = Source("ar", "مفوضية حقوق الإنسان، البلاغات", f"{_OHCHR}/ar/{_PAGES}/what-are-communications")
AR_EXPERT = Source("ar", "مفوضية حقوق الإنسان، الخبير المستقل", f"{_OHCHR}/AR/Issues/Albinism/Pages/Complaints.aspx")

SOURCES = (FR, ES_VISITS, ES_REPORTS, AR_VISITS, AR_PERSON, AR_LETTERS, AR_EXPERT)


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its words, a sentence for the reader, and the sources of those of its words that are official."""

    en: str
    fr: str
    es: str
    ar: str
    meaning: Promise
    sources: tuple[Source, ...] = ()

    @property
    def words(self) -> dict[str, str]:
        """The term by language code."""
        return {"en": self.en, "fr": self.fr, "es": self.es, "ar": self.ar}

    @property
    def official(self) -> set[str]:
        """The languages in which its words are those of a UN source; in English they are where it names a UN matter."""
        return {"en"} | {source.language for source in self.sources}


UN = (
    Term(
        "Special Procedures", "procédures spéciales", "procedimientos especiales", "الإجراءات الخاصة",
        _("The independent experts of the Human Rights Council, all mandates together."),
        (FR, ES_VISITS, AR_VISITS),
    ),
    Term(
        "mandate", "mandat", "mandato", "الولاية",
        _("The office that the Council created by a resolution: for one theme in all countries, or for one country."),
        (FR, ES_VISITS, AR_VISITS),
    ),
    Term(
        "mandate holder", "titulaire de mandat", "titular de mandato", "المكلف بالولاية",
        _("Who serves a mandate: one person, or a working group of five; unpaid, for six years at most."),
        (FR, ES_REPORTS, AR_VISITS),
    ),
    Term(
        "Special Rapporteur", "Rapporteur(e) spécial(e)", "Relator/a Especial", "مقرر خاص",
        _("A mandate holder who serves alone; the commonest title."),
        (ES_REPORTS, AR_PERSON),
    ),
    Term(
        "Independent Expert", "Expert(e) indépendant(e)", "Experto/a Independiente", "خبير مستقل",
        _("A mandate holder who serves alone, under another title and with the same means."),
        (ES_REPORTS, AR_EXPERT),
    ),
    Term(
        "Working Group", "Groupe de travail", "Grupo de Trabajo", "فريق عامل",
        _("Five mandate holders who serve one mandate together, one from each region of the UN."),
        (ES_REPORTS, AR_LETTERS),
    ),
    Term(
        "thematic mandate", "mandat thématique", "mandato temático", "ولاية مواضيعية",
        _("A mandate about one theme, such as torture or displacement, in all countries."),
        (FR, ES_REPORTS, AR_VISITS),
    ),
    Term(
        "country mandate", "mandat par pays", "mandato de país", "ولاية قطرية",
        _("A mandate about all human rights in one country."),
        (FR,),
    ),
    Term(
        "Human Rights Council", "Conseil des droits de l’homme", "Consejo de Derechos Humanos", "مجلس حقوق الإنسان",
        _("The body of 47 States in Geneva that creates mandates, appoints mandate holders and hears their reports."),
        (FR, ES_REPORTS, AR_VISITS),
    ),
    Term(
        "General Assembly", "Assemblée générale", "Asamblea General", "الجمعية العامة",
        _("The body of all States in New York; its Third Committee hears most mandate holders each October."),
        (ES_REPORTS,),
    ),
    Term(
        "OHCHR", "HCDH", "ACNUDH", "مفوضية حقوق الإنسان",
        _("The Office of the High Commissioner for Human Rights, which works for the mandate holders."),
        (FR,),
    ),
    Term(
        "country visit", "visite de pays", "visita a un país", "زيارة قطرية",
        _("An official visit of a mandate holder, on the State’s invitation, with a report to the Council."),
        (ES_VISITS, AR_VISITS),
    ),
    Term(
        "standing invitation", "invitation permanente", "invitación permanente", "دعوة دائمة",
        _("A State’s word that it will in principle receive any thematic mandate; dates are still agreed each time."),
        (ES_VISITS, AR_VISITS),
    ),
    Term(
        "call for input", "appel à contributions", "solicitud de contribuciones", "نداء لتقديم مساهمات",
        _("A mandate holder’s request for information towards a report or a visit, mostly with a deadline."),
        (FR,),
    ),
    Term(
        "thematic report", "rapport thématique", "informe temático", "تقرير مواضيعي",
        _("A mandate’s report on one subject, to the Council or the General Assembly."),
    ),
    Term(
        "communication", "communication", "comunicación", "بلاغ",
        _("A letter from mandate holders to a State or another actor about alleged violations; later made public."),
        (FR, AR_LETTERS),
    ),
    Term(
        "urgent appeal", "appel urgent", "llamamiento urgente", "نداء عاجل",
        _("A communication about a violation that goes on or is about to happen; can leave within 24 hours."),
        (AR_LETTERS,),
    ),
    Term(
        "allegation letter", "lettre d’allégation", "carta de denuncia", "رسالة ادعاء",
        _("A communication about a violation that has happened."),
        (AR_LETTERS,),
    ),
    Term(
        "informed consent", "consentement éclairé", "consentimiento informado", "موافقة مستنيرة",
        _("The person’s own yes, knowing who will read it and what may follow; without it no case is referred."),
    ),
    Term(
        "reprisals", "représailles", "represalias", "أعمال انتقامية",
        _("Harm done to somebody because she spoke with the UN; the risk is assessed before anything is sent."),
    ),
)  # fmt: skip

CLUSTERS = (
    Term(
        "protection cluster", "cluster Protection", "clúster de Protección", "مجموعة الحماية",
        _("The organisations that coordinate protection in a humanitarian crisis in one country."),
    ),
    Term(
        "area of responsibility", "domaine de responsabilité", "área de responsabilidad", "مجال المسؤولية",
        _("A part of the protection cluster: child protection, gender-based violence, housing and land, mine action."),
    ),
    Term(
        "Human Rights Engagement Task Team",
        "Équipe spéciale chargée de l’engagement en matière de droits humains (HRE TT)",
        "Equipo de tareas sobre participación en derechos humanos (HRE TT)",
        "فرقة العمل المعنية بالمشاركة في حقوق الإنسان",
        _("HRE TT, the task team of the Global Protection Cluster that supports clusters and reads their logs."),
    ),
    Term(
        "HRE TT focal point", "point focal HRE TT", "punto focal del HRE TT", "جهة اتصال في HRE TT",
        _("A member of the task team who also reads what is of level high."),
    ),
    Term(
        "action", "action", "acción", "العمل",
        _("One of the twelve potential actions of a cluster, known by its number."),
    ),
    Term(
        "engagement", "engagement", "actuación", "مشاركة",
        _("One line of a cluster’s log: one action taken, with challenges, result and support needed."),
    ),
    Term("direct", "direct", "directa", "مباشر", _("The cluster acted itself, in its own name.")),
    Term(
        "indirect", "indirect", "indirecta", "غير مباشر",
        _("Somebody else acted with what the cluster gave; the cluster is not named."),
    ),
    Term(
        "in collaboration", "en collaboration", "en colaboración", "بالتعاون",
        _("The cluster acted together with others, such as OHCHR, a national institution or NGOs."),
    ),
    Term(
        "priority mandate", "mandat prioritaire", "mandato prioritario", "ولاية ذات أولوية",
        _("A mandate with which the cluster has decided to engage first; reviewed once a year."),
    ),
    Term(
        "contribution", "contribution", "contribución", "مساهمة",
        _("A cluster’s answer to a call for input."),
    ),
    Term(
        "briefing", "séance d’information", "sesión informativa", "إحاطة",
        _("What a cluster tells a mandate holder ahead of a visit or during it, spoken or written."),
    ),
    Term(
        "referral", "signalement", "remisión", "إحالة",
        _("Bringing an individual case to mandate holders; here only the receipt is kept, never the case."),
    ),
    Term(
        "support request", "demande d’appui", "solicitud de apoyo", "طلب دعم",
        _("What a cluster asks of the task team in the last column of the log; an answer is due within 14 days."),
    ),
    Term(
        "level", "niveau", "nivel", "المستوى",
        _("How sensitive an engagement is, on the scale of OCHA; it decides who reads it."),
    ),
    Term("low", "faible", "bajo", "منخفض", _("Members of the cluster read it too.")),
    Term("moderate", "modéré", "moderado", "متوسط", _("Coordinators of the cluster and the task team read it.")),
    Term(
        "high", "élevé", "alto", "مرتفع",
        _("Coordinators of the cluster and focal points read it, nobody else; actions 9 and 10 always."),
    ),
    Term(
        "severe", "critique", "grave", "شديد الحساسية",
        _("Who a victim, a source or a witness is, and testimonies: never stored here at all."),
    ),
)  # fmt: skip
