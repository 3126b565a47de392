"""Every fact that a rule may ask for, declared once.

A fact has a value or is not known; it is read from one case at one time, together with
the case fields that it was read from. A field that the case leaves out is not known,
so a description that is not there yet is not known either: it can still be asked for.

A case with several children is one alert for all of them. Its age is that of the
youngest, because one minor is enough to make it an alert for a minor; it counts as
described, or as having a photograph, when each child has.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from amberkit.cases import Case, ReporterRelation
from amberkit.eligibility import _derive
from amberkit.eligibility._derive import Derivation
from amberkit.eligibility._rules import Value
from amberkit.values import Localized, Privacy, Restricted

__all__ = ["FACTS", "Fact", "FactType", "Reading", "read_fact"]


class FactType(enum.Enum):
    """What values a fact has."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    ENUM = "enum"
    CONFIDENCE = "confidence"
    DURATION = "duration"


@attrs.frozen(kw_only=True)
class Fact:
    """The declaration of a fact: what it means and how a case tells it."""

    name: str
    type: FactType

    question: Localized
    """What it means, as the question that an officer can ask."""

    fields: tuple[str, ...]
    """Every case field that it may be read from, such as ``circumstances.danger``."""

    privacy: Privacy
    """The strictest class among *fields*."""

    cost: int
    """How hard it is to find out: 1 asks the reporter, 2 looks, 3 investigates."""

    unit: str | None = None
    """The unit of the value, where it has one."""

    values: tuple[str, ...] = ()
    """The words that an `FactType.ENUM` can be."""

    derive: Derivation = attrs.field(repr=False)
    """The value, or None, and the fields that hold it."""


@attrs.frozen(kw_only=True)
class Reading:
    """A fact as one case has it at one time. It prints no value."""

    fact: str

    value: Restricted[Value] | None
    """None where it is not known."""

    fields: tuple[str, ...]
    """The case fields it was read from; where not known, those that would tell."""

    def reveal(self) -> Value | None:
        """Return the value, or None where it is not known."""
        return None if self.value is None else self.value.reveal()


def read_fact(name: str, case: Case, now: dt.datetime) -> Reading:
    """Return the fact *name* of *case* at *now*, which is aware and in UTC."""
    fact = FACTS[name]
    value, fields = fact.derive(case, now)
    if value is None:
        return Reading(fact=name, value=None, fields=fact.fields)
    return Reading(fact=name, value=Restricted(value), fields=fields)


# --- the declarations ---------------------------------------------------------------


def _ask(en: str, fr: str, ar: str) -> Localized:
    return Localized({"en": en, "fr": fr, "ar": ar})


def _confidence(
    name: str, question: Localized, derive: Derivation, *fields: str
) -> Fact:
    return Fact(
        name=name,
        type=FactType.CONFIDENCE,
        question=question,
        fields=fields or (name,),
        privacy=Privacy.R,
        cost=3,
        derive=derive,
    )


_DECLARED = (
    Fact(
        name="child.age_years",
        type=FactType.INTEGER,
        unit="years",
        question=_ask(
            "How old was the child at the time of the disappearance?",
            "Quel âge avait l’enfant au moment de sa disparition ?",
            "كم كان عمر الطفل وقت اختفائه؟",
        ),
        fields=("children.age_years", "children.birth_date", "last_seen.time"),
        privacy=Privacy.P2,
        cost=1,
        derive=_derive.age_years,
    ),
    Fact(
        name="report.reporter_relation",
        type=FactType.ENUM,
        values=tuple(relation.value for relation in ReporterRelation),
        question=_ask(
            "What is the person who reports to the child?",
            "Quel est le lien entre le déclarant et l’enfant ?",
            "ما صلة المُبلِّغ بالطفل؟",
        ),
        fields=("report.reporter.relation",),
        privacy=Privacy.R,
        cost=1,
        derive=_derive.reporter_relation,
    ),
    Fact(
        name="report.consent",
        type=FactType.BOOLEAN,
        question=_ask(
            "Does the father, mother or legal guardian expressly consent to "
            "publication?",
            "Le père, la mère ou le tuteur légal consent-il expressément à la "
            "publication ?",
            "هل يوافق الأب أو الأم أو الولي الشرعي صراحةً على النشر؟",
        ),
        fields=("report.consent.at", "report.consent.by", "report.consent.given"),
        privacy=Privacy.R,
        cost=1,
        derive=_derive.consent,
    ),
    Fact(
        name="last_seen.elapsed",
        type=FactType.DURATION,
        unit="hours",
        question=_ask(
            "How much time has passed since the child was last seen?",
            "Combien de temps s’est écoulé depuis que l’enfant a été vu pour la "
            "dernière fois ?",
            "كم مضى من الوقت منذ أن شوهد الطفل آخر مرة؟",
        ),
        fields=("last_seen.time",),
        privacy=Privacy.P1,
        cost=1,
        derive=_derive.elapsed,
    ),
    Fact(
        name="description.child",
        type=FactType.BOOLEAN,
        question=_ask(
            "What did the child wear, and what are the hair, the height and any "
            "distinguishing marks?",
            "Que portait l’enfant, quels sont ses cheveux, sa taille, ses signes "
            "particuliers ?",
            "ماذا كان يرتدي الطفل، وما لون شعره وطوله وعلاماته المميزة؟",
        ),
        fields=(
            "children.given_name",
            "children.age_years",
            "children.birth_date",
            "last_seen.time",
            *(f"children.appearance.{look}" for look in _derive.LOOKS),
        ),
        privacy=Privacy.P2,
        cost=1,
        derive=_derive.child_described,
    ),
    Fact(
        name="description.photograph",
        type=FactType.BOOLEAN,
        question=_ask(
            "Is there a photograph of the child?",
            "Existe-t-il une photographie de l’enfant ?",
            "هل توجد صورة للطفل؟",
        ),
        fields=("children.photographs.kind",),
        privacy=Privacy.P1,
        cost=2,
        derive=_derive.photograph,
    ),
    Fact(
        name="description.vehicle",
        type=FactType.BOOLEAN,
        question=_ask(
            "Which vehicle may carry the child: plate, kind, make, color, marks?",
            "Quel véhicule transporte peut-être l’enfant : plaque, type, marque, "
            "couleur, signes ?",
            "ما المركبة التي قد تكون تنقل الطفل: لوحتها ونوعها وعلامتها التجارية "
            "ولونها وما يميزها؟",
        ),
        fields=tuple(f"vehicles.{trait}" for trait in _derive.VEHICLE_TRAITS),
        privacy=Privacy.P2,
        cost=2,
        derive=_derive.vehicle_described,
    ),
    Fact(
        name="description.suspect",
        type=FactType.BOOLEAN,
        question=_ask(
            "What does the person suspected of having taken the child look like?",
            "À quoi ressemble la personne soupçonnée d’avoir emmené l’enfant ?",
            "ما أوصاف الشخص المشتبه في أنه أخذ الطفل؟",
        ),
        fields=(
            "suspects.sex",
            *(f"suspects.appearance.{look}" for look in _derive.LOOKS),
        ),
        privacy=Privacy.P1,
        cost=2,
        derive=_derive.suspect_described,
    ),
    _confidence(
        "circumstances.suspicious",
        _ask(
            "Are the circumstances of the disappearance suspicious?",
            "Les circonstances de la disparition sont-elles suspectes ?",
            "هل ظروف الاختفاء مشكوك فيها؟",
        ),
        _derive.circumstance("suspicious"),
    ),
    _confidence(
        "circumstances.forced",
        _ask(
            "Was the child taken against its will?",
            "L’enfant a-t-il été emmené contre son gré ?",
            "هل أُخذ الطفل رغمًا عنه؟",
        ),
        _derive.circumstance("forced"),
    ),
    _confidence(
        "circumstances.criminal",
        _ask(
            "Is a crime behind the disappearance?",
            "La disparition est-elle d’origine criminelle ?",
            "هل وراء الاختفاء جريمة؟",
        ),
        _derive.circumstance("criminal"),
    ),
    _confidence(
        "circumstances.danger",
        _ask(
            "Is the child’s life or physical integrity in immediate danger?",
            "La vie ou l’intégrité physique de l’enfant est-elle en danger immédiat ?",
            "هل حياة الطفل أو سلامته الجسدية في خطر وشيك؟",
        ),
        _derive.circumstance("danger"),
    ),
    _confidence(
        "circumstances.publication_harm",
        _ask(
            "Would publication endanger the child or the search?",
            "La publication mettrait-elle en danger l’enfant ou les recherches ?",
            "هل من شأن النشر أن يعرّض الطفل أو عملية البحث للخطر؟",
        ),
        _derive.circumstance("publication_harm"),
    ),
    _confidence(
        "circumstances.custody_dispute",
        _ask(
            "Is there a dispute over the custody of the child?",
            "Existe-t-il un litige sur la garde de l’enfant ?",
            "هل يوجد نزاع حول حضانة الطفل؟",
        ),
        _derive.circumstance("custody_dispute"),
    ),
    _confidence(
        "risk.online_recruitment",
        _ask(
            "Was the child approached or recruited online?",
            "L’enfant a-t-il été approché ou recruté en ligne ?",
            "هل جرى استدراج الطفل أو استقطابه عبر الإنترنت؟",
        ),
        _derive.strongest_risk("online_recruitment"),
        "risk_indicators.online_recruitment",
    ),
    _confidence(
        "risk.trafficking",
        _ask(
            "Are there signs of trafficking: sexual exploitation, forced crime, "
            "forced marriage, forced labor?",
            "Y a-t-il des signes de traite : exploitation sexuelle, délinquance "
            "forcée, mariage forcé, travail forcé ?",
            "هل توجد مؤشرات على الاتجار بالبشر: استغلال جنسي أو إكراه على الإجرام "
            "أو زواج قسري أو عمل قسري؟",
        ),
        _derive.strongest_risk(
            "sexual_exploitation", "forced_crime", "forced_marriage", "forced_labor"
        ),
        "risk_indicators.sexual_exploitation",
        "risk_indicators.forced_crime",
        "risk_indicators.forced_marriage",
        "risk_indicators.forced_labor",
    ),
)

FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _DECLARED})
"""Every fact by its name."""
