"""The facts that ship: each declared once, with its question in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from amberkit.cases import Mobility, ReporterRelation
from amberkit.eligibility.facts import _derive
from amberkit.eligibility.facts._derive import Derivation
from amberkit.eligibility.facts._facts import Fact, FactType
from amberkit.values import Localized, Privacy

__all__ = ["FACTS"]


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


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        fact.name: fact
        for fact in (
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
                name="child.disability",
                type=FactType.BOOLEAN,
                question=_ask(
                    "Does the child have a disability?",
                    "L’enfant est-il en situation de handicap ?",
                    "هل الطفل في وضعية إعاقة؟",
                ),
                fields=("children.disability",),
                privacy=Privacy.S,
                cost=1,
                can_deny=False,
                derive=_derive.disability,
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
                fields=(
                    "report.consent.at",
                    "report.consent.by",
                    "report.consent.given",
                ),
                privacy=Privacy.R,
                cost=1,
                derive=_derive.consent,
            ),
            Fact(
                name="report.delay",
                type=FactType.DURATION,
                unit="hours",
                question=_ask(
                    "How long after the child was last seen was the disappearance "
                    "reported?",
                    "Combien de temps après la dernière fois que l’enfant a été vu la "
                    "disparition a-t-elle été signalée ?",
                    "بعد كم من الوقت من آخر مرة شوهد فيها الطفل جرى التبليغ عن "
                    "اختفائه؟",
                ),
                fields=(
                    "last_seen.time",
                    "report.received",
                ),
                privacy=Privacy.P1,
                cost=1,
                derive=_derive.delay,
            ),
            Fact(
                name="last_seen.elapsed",
                type=FactType.DURATION,
                unit="hours",
                question=_ask(
                    "How much time has passed since the child was last seen?",
                    "Combien de temps s’est écoulé depuis que l’enfant a été vu pour "
                    "la "
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
                    "What did the child wear, and what are the hair, the height and "
                    "any "
                    "distinguishing marks?",
                    "Que portait l’enfant, quels sont ses cheveux, sa taille, ses "
                    "signes "
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
                can_deny=False,
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
                can_deny=False,
                derive=_derive.photograph,
            ),
            Fact(
                name="description.vehicle",
                type=FactType.BOOLEAN,
                question=_ask(
                    "Which vehicle may carry the child: plate, kind, make, color, "
                    "marks?",
                    "Quel véhicule transporte peut-être l’enfant : plaque, type, "
                    "marque, "
                    "couleur, signes ?",
                    "ما المركبة التي قد تكون تنقل الطفل: لوحتها ونوعها وعلامتها "
                    "التجارية "
                    "ولونها وما يميزها؟",
                ),
                fields=tuple(
                    f"vehicles.{trait}"
                    for trait in (*_derive.VEHICLE_TRAITS, "confidence")
                ),
                privacy=Privacy.P2,
                cost=2,
                can_deny=False,
                derive=_derive.vehicle_described,
            ),
            Fact(
                name="description.suspect",
                type=FactType.BOOLEAN,
                question=_ask(
                    "What does the person suspected of having taken the child look "
                    "like?",
                    "À quoi ressemble la personne soupçonnée d’avoir emmené l’enfant ?",
                    "ما أوصاف الشخص المشتبه في أنه أخذ الطفل؟",
                ),
                fields=(
                    "suspects.sex",
                    *(f"suspects.appearance.{look}" for look in _derive.LOOKS),
                ),
                privacy=Privacy.P1,
                cost=2,
                can_deny=False,
                derive=_derive.suspect_described,
            ),
            Fact(
                name="circumstances.mobility",
                type=FactType.ENUM,
                values=tuple(mobility.value for mobility in Mobility),
                question=_ask(
                    "How does the child, or who has it, move?",
                    "Comment se déplace l’enfant, ou la personne qui le détient ?",
                    "كيف يتنقل الطفل أو من يحتجزه؟",
                ),
                fields=("circumstances.mobility",),
                privacy=Privacy.P1,
                cost=2,
                derive=_derive.mobility,
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
                "circumstances.taken",
                _ask(
                    "Was the child taken or led away without the permission of those "
                    "who have custody, willingly or not?",
                    "L’enfant a-t-il été emmené sans la permission de ceux qui en ont "
                    "la garde, de gré ou de force ?",
                    "هل أُخذ الطفل من دون إذن من لهم حق حضانته، طوعًا أو كرهًا؟",
                ),
                _derive.circumstance("taken"),
            ),
            _confidence(
                "circumstances.verified",
                _ask(
                    "Has an investigation verified the abduction and ruled out every "
                    "other explanation?",
                    "Une enquête a-t-elle vérifié l’enlèvement et écarté toute autre "
                    "explication ?",
                    "هل تحقق بحث من الاختطاف واستبعد كل تفسير آخر؟",
                ),
                _derive.circumstance("verified"),
            ),
            _confidence(
                "circumstances.killing",
                _ask(
                    "Did it happen in the course of a murder or an attempted murder?",
                    "Les faits ont-ils accompagné un meurtre ou une tentative de "
                    "meurtre ?",
                    "هل وقع ذلك أثناء جريمة قتل أو محاولة قتل؟",
                ),
                _derive.circumstance("killing"),
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
                    "La vie ou l’intégrité physique de l’enfant est-elle en danger "
                    "immédiat ?",
                    "هل حياة الطفل أو سلامته الجسدية في خطر وشيك؟",
                ),
                _derive.circumstance("danger"),
            ),
            _confidence(
                "circumstances.danger_to_life",
                _ask(
                    "Is the life of the child directly at risk?",
                    "La vie de l’enfant est-elle directement menacée ?",
                    "هل حياة الطفل مهددة مباشرة؟",
                ),
                _derive.circumstance("danger_to_life"),
            ),
            _confidence(
                "circumstances.danger_to_health",
                _ask(
                    "Is the health of the child directly at risk?",
                    "La santé de l’enfant est-elle directement menacée ?",
                    "هل صحة الطفل مهددة مباشرة؟",
                ),
                _derive.circumstance("danger_to_health"),
            ),
            _confidence(
                "circumstances.welfare_concern",
                _ask(
                    "Is there serious concern for the welfare of the child?",
                    "Y a-t-il de sérieuses inquiétudes pour le bien-être de l’enfant ?",
                    "هل هناك قلق جدي على سلامة الطفل وراحته؟",
                ),
                _derive.circumstance("welfare_concern"),
            ),
            _confidence(
                "circumstances.public_can_help",
                _ask(
                    "Can what may be published help to find the child?",
                    "Ce qui peut être publié peut-il aider à retrouver l’enfant ?",
                    "هل يمكن لما يجوز نشره أن يساعد في العثور على الطفل؟",
                ),
                _derive.circumstance("public_can_help"),
            ),
            _confidence(
                "circumstances.publication_harm",
                _ask(
                    "Would publication endanger the child or the search?",
                    "La publication mettrait-elle en danger l’enfant ou les "
                    "recherches ?",
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
                "circumstances.family_conflict",
                _ask(
                    "Is there a conflict within the family?",
                    "Existe-t-il un conflit au sein de la famille ?",
                    "هل يوجد نزاع داخل الأسرة؟",
                ),
                _derive.circumstance("family_conflict"),
            ),
            Fact(
                name="suspect.parent_or_guardian",
                type=FactType.BOOLEAN,
                question=_ask(
                    "Is one of those suspected a parent or guardian of the child?",
                    "L’une des personnes soupçonnées est-elle un parent ou le tuteur "
                    "de l’enfant ?",
                    "هل أحد المشتبه فيهم والد الطفل أو الولي عليه؟",
                ),
                fields=("suspects.relation",),
                privacy=Privacy.R,
                cost=2,
                derive=_derive.suspect_is(_derive.PARENTS),
            ),
            Fact(
                name="suspect.unrelated",
                type=FactType.BOOLEAN,
                question=_ask(
                    "Is one of those suspected unrelated to the child?",
                    "L’une des personnes soupçonnées est-elle sans lien de parenté "
                    "avec l’enfant ?",
                    "هل أحد المشتبه فيهم لا تربطه بالطفل أي قرابة؟",
                ),
                fields=("suspects.relation",),
                privacy=Privacy.R,
                cost=2,
                derive=_derive.suspect_is(_derive.UNRELATED),
            ),
            Fact(
                name="suspect.unrelated_years_older",
                type=FactType.INTEGER,
                unit="years",
                question=_ask(
                    "How many years older than the child is the oldest of those "
                    "suspected who are unrelated to it?",
                    "De combien d’années la plus âgée des personnes soupçonnées sans "
                    "lien de parenté est-elle l’aînée de l’enfant ?",
                    "بكم سنة يكبر الطفلَ أكبرُ المشتبه فيهم ممن لا تربطهم به قرابة؟",
                ),
                fields=(
                    "children.age_years",
                    "children.birth_date",
                    "last_seen.time",
                    "suspects.age_years",
                    "suspects.relation",
                ),
                privacy=Privacy.R,
                cost=2,
                derive=_derive.unrelated_years_older,
            ),
            _confidence(
                "suspect.prior_violence",
                _ask(
                    "Has one of those suspected been violent before?",
                    "L’une des personnes soupçonnées a-t-elle déjà été violente ?",
                    "هل سبق لأحد المشتبه فيهم أن استعمل العنف؟",
                ),
                _derive.prior_violence,
                "suspects.prior_violence",
            ),
            Fact(
                name="agency.staffed_line",
                type=FactType.BOOLEAN,
                question=_ask(
                    "Is a telephone line staffed for the calls that will come?",
                    "Une ligne téléphonique est-elle prête à recevoir les appels ?",
                    "هل خُصص خط هاتفي يرد على المكالمات الواردة؟",
                ),
                fields=("readiness.staffed_line",),
                privacy=Privacy.R,
                cost=2,
                derive=_derive.readiness("staffed_line"),
            ),
            Fact(
                name="agency.registered",
                type=FactType.BOOLEAN,
                question=_ask(
                    "Has the child been entered in the police database, marked as "
                    "abducted?",
                    "L’enfant est-il inscrit au fichier de police avec la mention "
                    "d’enlèvement ?",
                    "هل أُدرج الطفل في قاعدة بيانات الشرطة مع الإشارة إلى الاختطاف؟",
                ),
                fields=("readiness.registered",),
                privacy=Privacy.R,
                cost=2,
                derive=_derive.readiness("registered"),
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
                    "Are there signs of trafficking: sexual exploitation, forced "
                    "crime, "
                    "forced marriage, forced labor?",
                    "Y a-t-il des signes de traite : exploitation sexuelle, "
                    "délinquance "
                    "forcée, mariage forcé, travail forcé ?",
                    "هل توجد مؤشرات على الاتجار بالبشر: استغلال جنسي أو إكراه على "
                    "الإجرام "
                    "أو زواج قسري أو عمل قسري؟",
                ),
                _derive.strongest_risk(
                    "sexual_exploitation",
                    "forced_crime",
                    "forced_marriage",
                    "forced_labor",
                ),
                "risk_indicators.sexual_exploitation",
                "risk_indicators.forced_crime",
                "risk_indicators.forced_marriage",
                "risk_indicators.forced_labor",
            ),
        )
    }
)
"""Every fact that ships, by its name; `known_facts` has those of plugins too."""
