"""The words that the rules look for, in English, French, Spanish and Arabic; folded, so that spelling matters less.

A word that ends with * stands for all that begin with it.
"""

import re

from .folding import fold

LETTERS = "ء-ي"
"""Arabic letters as they stand between brackets in a pattern; Persian and other ones are folded into these."""

HAS_ARABIC = re.compile(f"[{LETTERS}]")
"""Most texts have none, and then no pattern that needs one is tried on them."""

ONE_NAME = r"[A-Z][a-z]+(?:[-'][A-Z]?[a-z]+)?"
NAMES = rf"{ONE_NAME}(?: (?:(?:de|del|la|al|el|bin|ibn|ould|van|wad)[ -])?{ONE_NAME}){{0,4}}"
"""One capitalised word of a folded text, and up to five in a row: names of people and places in Latin letters."""


def folded(words: str) -> list[str]:
    """The entries of a list, folded."""
    return [fold(entry.strip()).text for entry in words.replace("\n", "|").split("|") if entry.strip()]


def one_of(*lists: str) -> str:
    """A pattern for any entry of these lists, the longest first."""
    patterns = []
    for entry in sorted({entry for words in lists for entry in folded(words)}, key=lambda entry: (-len(entry), entry)):
        pattern = re.escape(entry.removesuffix("*")).replace(r"\ ", "[ -]")
        patterns.append(pattern + r"\w*" if entry.endswith("*") else pattern)
    return "(?:" + "|".join(patterns) + ")"


MONTHS = """
january|february|march|april|may|june|july|august|september|october|november|december
jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec
janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|janv|févr|avr|juil
enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre
يناير|فبراير|مارس|أبريل|إبريل|مايو|يونيو|يونيه|يوليو|يوليه|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر
كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول
جانفي|فيفري|أفريل|ماي|جوان|جويلية|أوت
"""

WEEKDAYS = """
monday|tuesday|wednesday|thursday|friday|saturday|sunday
lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche
lunes|martes|miércoles|jueves|viernes|sábado|domingo
الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد
"""

NEAR_DAYS = """
yesterday|last night|last monday|last week|this morning|hier|hier soir|avant-hier|la nuit dernière|ce matin
ayer|anoche|anteayer|esta mañana|anteanoche|أمس|البارحة|ليلة أمس|أول أمس|صباح اليوم
"""

PHONE = """
phone*|telephone|tel|mobile|cell|cellphone|whatsapp|signal|telegram|viber|call|calling|ring|dial|sms|text him|text her
satphone|satellite phone|thuraya|hotline|reach him|reach her|reached|reachable|contact|number is|her number|his number
téléphone|tél|portable|composer|composez|sonner|sonnez|biper|bipez|appeler|appelez|rappelle|rappeler|joindre
joignable|joint|contacter|contacté|son numéro
numéro du
numéro de téléphone|numéro de la|gsm|cellulaire
teléfono|telefónico|celular|cel|móvil|llamar|llamen|llame|llamaran|contactar|contacto|wasap|wsp|su número|número del
comunicarse|comunicar|marcar|marque|marquen|timbrar|timbre
número de teléfono
هاتف*|الهاتف|تلفون*|تليفون|جوال*|الجوال|موبايل*|خلوي|محمول|واتساب|واتس|سيغنال|تلغرام|اتصل*|نتصل|الاتصال|للاتصال
للتواصل
التواصل|اطلب|اطلبوا|رنوا|نرن|رقمه|رقمها|رقم هاتف*|الثريا
"""

MONEY_AND_UNITS = """
usd|us$|us dollar*|eur|gbp|chf|ssp|xaf|xof|fcfa|cfa|cop|yer|sdg|uah|htg|dollar*|euro*|pound*|franc*|million*|billion*
thousand
people|person*|household*|famil*|individual*|idp*|refugees|returnees|women|men|children|girls|boys|per cent|percent
km|metre*|meter*|hectare*|words|copies|sites|calls|members
personnes|ménages|familles|déplacés|réfugiés|retournés|femmes|hommes|enfants|filles|garçons|pour cent|mots|hectares
dólares|pesos|bolívares|lempiras|quetzales|personas|hogares|familias|desplazad*|refugiad*|mujeres|hombres|niñ*
palabras
por ciento|kilómetros|millones
دولار*|يورو|ريال*|ليرة|جنيه*|دينار*|شخص*|أسرة|أسر|عائلة|نازح*|لاجئ*|امرأة|نساء|طفل*|أطفال|في المئة|بالمئة|كلمة|مليون
ألف
"""

PAPERS = """
requête|requêtes|queja|quejas|petición|pétition|petition|passport|travel document|laissez-passer|identity card
id card|identity document|identity number|national id|voter card
national identity|identification|id number|id|refugee card|ration card|registration|individual number|unhcr number
progres|birth certificate|marriage certificate|death certificate|driving licence|driver's license|licence plate|plate
license plate|vehicle registration|prisoner|detainee|inmate|bank account|account number|iban|social security
case|case file|file|docket|complaint|incident|police report|occurrence book|claim|application|household|group number
attestation|survivor code
client code|prison number|prison no|certificate|safe conduct
passeport|carte d'identité|carte|card|tarjeta|residence permit|permis de séjour|إقامت*|الإقامة|carte nationale|cni
nin|ninu|carte de réfugié|carte d'électeur|carte de ration
titre de voyage
acte de naissance|certificat de naissance|jugement supplétif|permis de conduire|plaque|immatriculation|matricule
détenu
réfugié|enregistrement|enregistré|enregistrée|dossier|affaire|plainte|procès-verbal|pv|rg|compte bancaire|récépissé
numéro individuel|attestation|procédure|parquet|ménage|code de l'incident|incident|certificat|sauf-conduit
pasaporte|cédula|cédula de ciudadanía|cédula de identidad|c.c.|dni|nuip|curp|rut|rif|nie|carné|carnet|documento
tarjeta de identidad|partida de nacimiento|acta de nacimiento|registro civil|registro|permiso de permanencia|ppt|pep
licencia de conducir|placa|matrícula|interno|recluso|refugiado|solicitante|caso|expediente|denuncia|radicado|querella
carpeta de investigación|noticia criminal|proceso|proceso penal|hogar|spoa|causa|cuenta bancaria|registrado
registrada|ficha|placas|salvoconducto
certificado|c.i.|nuc
جواز|جوازه|جوازها|الجواز|جواز سفر*|جواز السفر|هوية|الهوية|هويت*|بطاقة|البطاقة|بطاقت*|الرقم الوطني|رقم وطني
الرقم القومي
تسجيل|التسجيل|مسجل|مسجلة|القيد|قيد|اللاجئ|شهادة ميلاد|شهادة الميلاد|شهادة ولادة|رخصة|لوحة|السجين|النزيل|المعتقل
الموقوف
قضية|القضية|قضيته|قضيتها|ملف|الملف|ملفه|ملفها|بلاغ|البلاغ|شكوى|الشكوى|محضر|المحضر|الأسرة|حساب|الحساب|دعوى|الدعوى
وثيقة سفر*|وثائق سفر*
"""

PUBLIC_PAPERS = """
law|act|decree|resolution*|article|articles|art|paragraph|para|decision|session|chapter|section|form|annex|table
figure
page|page*|version|volume|regulation|constitution|protocol|convention|principle|rule|note|circular|directive|step|day
meeting|press release|communication|recommendation|question|indicator|objective|output|activity|action|phase|batch
loi|décret|arrêté|résolution|ordonnance|circulaire|décision|paragraphe|annexe|tableau|chapitre|session|alinéa|principe
recommandation|communiqué|règlement|instruction|lettre|réunion|communication|question|objectif
ley|decreto|resolución|sentencia|auto|artículo|artículos|párrafo|acuerdo|anexo|cuadro|capítulo|sesión|directiva
circular
recomendación|comunicado|principio|tutela|período|comunicación|pregunta|objetivo|reunión
القانون|قانون|المرسوم|مرسوم|القرار|قرار|المادة|مادة|الفقرة|الملحق|الجدول|الدورة|التوصية|البيان|التعميم|المبدأ|الرسالة
الاجتماع|السؤال|الهدف
"""

NUMBER = """
number|numbers|no|no.|nr|nr.|num|num.|ref|ref.|reference|code|id|n°|no°
numéro|num.|n.|n.°|nº|matricule|référence|réf
número|núm|núm.|nro|nro.|n.o|radicado|código|cédula
رقم|برقم|ورقم|رقمه|رقمها|الرقم|رقمي|رمز
"""

PERSON_NOUNS = """
women|men|girls|boys|children|child|people|persons|person|youth|youths|adolescents|teenagers|adults|elders|babies
infants
members|participants|refugees|returnees|idps|respondents|students|pupils|teachers|survivors|victims|woman|man|girl|boy
everyone|anyone|others|those|all|mothers|fathers|widows|caregivers|beneficiaries|individuals|residents|learners|minors
one|she|he|who|aged|age|the|this|that|these|an|our|her|his|their|some|many|most|several|only|about|between|over|under
two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|half|figures|annex|article|chapter|table|page
version
section|session|resolution|paragraph|para|recommendation|goal|target|principle|phase|week|day|form|action|question
femmes|femme|hommes|homme|filles|fille|garçons|garçon|enfants|enfant|personnes|jeunes|jeune|adolescents|adolescentes
adultes|élèves|réfugiés|déplacés|membres|participants|survivantes|victimes|elle|il|les|des|une|un|deux|trois|quatre
cinq
six|sept|huit|neuf|dix|onze|douze|le|la|ces|cette|ce|mineurs|bébés|veuves|mères|ceux|celles|certains|plusieurs
mujeres|mujer|hombres|hombre|niñas|niñez|niña|niños|niño|personas|persona|jóvenes|joven|adolescentes|adultos|adultas
ellas
ella|él|los|las|el|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|miembros|menores|víctimas|sobrevivientes
viudas
mayores|una|uno|un|estas|estos|esta|este|bebés|lideresas|refugiados|estudiantes
رجل|الرجل|رجال|الرجال|امرأة|المرأة|نساء|النساء|طفل|الطفل|طفلة|الطفلة|أطفال|الأطفال|فتاة|الفتاة|فتيات|الفتيات|فتى|الفتى
شاب|الشاب|شابة|شباب|الشباب|شخص|الشخص|أشخاص|الأشخاص|لاجئ|لاجئة|اللاجئين|نازح|نازحة|النازحين|أم|أب|والدة|والد|مواطن
مراهق
مراهقة|المراهقين|القاصرين|قاصر|سيدة|السيدة|السيد|ممن|من|في|التي|الذي|الذين|وهي|وهو|كل|بين|بعمر|عمره|عمرها|أعمارهم|سن
ناشط|ناشطة|صحفي|صحفية|معلم|معلمة|محام|محامية|طالب|طالبة|أرملة|رضيع|رضيعة|الأسر|أسرة|امرأتان|المشاركين|منهم|منهن
قال|قالت|ذكر|ذكرت|حول|عن|مع|إلى|لمدة|خلال|منذ|قبل|بعد|الفئة|مدة|الدورة|المادة|الفقرة|الناجية|الناجيات|الضحية|الضحايا
تتراوح|المستفيدين|كبار|صغار|ذوي|دون|فوق|تحت
"""

YEARS = """
years old|year old|years of age|years-old|yrs old|yrs|yr old|y/o|yo|years|year-old|year-olds|months old|month-old
months
ans|an|mois|années|añitos|años|año|años de edad|meses|meses de edad|anios
سنة|سنوات|سنين|عام|عاما|عاماً|أعوام|أشهر|شهرا|شهراً|سنتين|عامين
"""

OFFICES = """
special rapporteur*|independent expert*|high commissioner*|secretary-general|mandate holder*|working group|minister*
president|ambassador|commissioner|chairperson|rapporteur*|under-secretary*|assistant secretary*|envoy|professor|prof
judge
humanitarian coordinator|resident coordinator|emergency relief coordinator|country director|chair|director|doctor|dr
rapporteuse spéciale|rapporteur spécial|experte indépendante|expert indépendant|haut-commissaire|titulaire*|ministre
président|présidente|ambassadeur|ambassadrice|secrétaire général*|coordonnateur humanitaire|coordonnatrice
représentant*
relatora|relator|relatora especial|relator especial|experta independiente|experto independiente|alto comisionado
alta comisionada|ministro|ministra|presidente|presidenta|embajador|embajadora|secretario general
coordinador humanitario
المقرر الخاص|المقررة الخاصة|الخبير المستقل|الخبيرة المستقلة|المفوض السامي|الأمين العام|الوزير|وزير|الرئيس|السفير
المنسق المقيم|منسق الشؤون الإنسانية|الفريق العامل
"""

ABBREVIATIONS = """
u.n.|u.s.|u.k.|e.u.|n.b.|e.g.|i.e.|d.c.|p.s.|u.a.e.|u.s.a.|o.p.t.|ph.d.|r.c.a.|r.d.c.|o.n.u.|o.n.g.|c.c.|u.e.
d.r.c.
c.a.r.|h.c.r.|n.g.o.|i.d.p.|b.c.|q.e.p.d.|c.i.c.r.|o.i.m.|n.u.|a.k.a.|o.c.h.a.|c.i.|i.c.r.c.|h.r.c.|u.p.r.|h.r.d.
c.s.o.|n.s.s.
g.b.v.|e.e.u.u.|d.d.h.h.|s.o.s.|p.r.o.
"""

ABBREVIATIONS_ARABIC = """
ق.م|ب.م|ص.ب|أ.د|د.أ|ل.س|ل.ل|د.ع|ر.ي|ج.س|د.ل|ج.م|ش.م|م.ض|ت.م|ر.س|و.م.أ|ر.ق|د.إ|ش.م.ل|أ.ب
"""

LETTERED = """
annex|appendix|section|part|group|schedule|plan|option|category|class|type|vitamin|hepatitis|block|phase|table|figure
form
point|article|chapter|list|column|grade|room|building|gate|zone|sector|scenario|step|question|camp|site|level|schedule
annexe|partie|groupe|catégorie|classe|bloc|hépatite|vitamine|tableau|figure|colonne|salle|bâtiment|zone|secteur
scénario
anexo|sección|parte|grupo|opción|categoría|clase|bloque|vitamina|cuadro|columna|sala|edificio|zona|sector|plan|tipo
ruta
"""

ROLES = """
victim|survivor|witness|complainant|detainee|informant|whistle-blower|source|activist|defender|journalist|lawyer|nurse
widow|teacher|student|pastor|elder|named|called|name of|named as|testimony of|statement of|interview with
victime|survivante|survivant|témoin|plaignante|plaignant|détenu|détenue|militant|militante|défenseur|défenseuse
journaliste|avocat|avocate|infirmière|infirmier|veuve|enseignant|enseignante|nommé|nommée|dénommé|dénommée|prénommé
appelé|appelée|témoignage de|déclaration de
víctima|sobreviviente|testigo|denunciante|detenido|detenida|activista|defensor|defensora|periodista|abogado|abogada
enfermera|enfermero|viuda|docente|estudiante|llamado|llamada|de nombre|testimonio de|declaración de|líder|lideresa
"""

SMALL_PLACES = """
village|hamlet|boma|payam|neighbourhood|neighborhood|settlement|camp|cattle camp|homestead|idp site|displacement site
site
township|suburb|sub-county|subcounty|parish|quarter|compound|farm|borehole|island|locality|spontaneous site|kebele
woreda
village de|hameau|quartier|localité|site|campement|secteur|groupement|chefferie|bourg|bourgade|lieu-dit|commune
arrondissement
vereda|caserío|corregimiento|aldea|barrio|resguardo|finca|asentamiento|comunidad|poblado|cantón|colonia|municipio
albergue
inspección|ranchería|quebrada|parroquia|sector
"""

SMALL_PLACES_ARABIC = """
قرية|بلدة|حي|مخيم|عزلة|حارة|ناحية|محلة|تجمع|هجرة|سوق|منطقة|بمنطقة|ريف|قريتي|بقرية|ببلدة|بحي|بمخيم|نجع|ضيعة|خربة|وادي
مديرية|بمديرية
"""

HARM = """
kill*|murder*|shot|shoot*|shell*|bomb*|attack*|raid*|burn*|burnt|rape*|abduct*|kidnap*|taken|disappear*|loot*|fled
flee|flees
fleeing|beat|beaten|tortur*|threaten*|harass*|demolish*|destroy*|evict*|displaced from|search*|soldiers|gunmen|armed
militia
stabb*|massacr*|ambush*|assault*|wound*|injur*|recruit*|extort*|arrest*|detain*|dead|died|missing|clash*|airstrike*
strike
tué*|tuer|tuent|assassin*|abattu*|obus|bombard*|attaqu*|incendi*|brûl*|viol|violé|violés|violée|violées|viols|enlev*
enlèvement*
disparu*|pillé*|fui|fuir|fuient|battu*|tortur*|menac*|détruit*|expuls*|fouillé*|soldats|armés|blessé*|mort|morts
décédé*
arrêté*|arrêtée*|raflé*|embuscade|frappe
mata*|mató|mataron|asesin*|dispar*|bombarde*|ataque*|atac*|incendi*|quem*|quemaron|viola*|violada*|violación|secuestr*
rapt*|llevad*|desaparec*|saque*|huyó|huyeron|huir|golpead*|golpe*|tortur*|amenaz*|destru*|desaloj*|allan*|registraron
soldados|armados|herid*|muert*|murió|explosi*|capturad*|detenid*|arrestad*|masacr*|emboscada|enfrentamiento*|reclut*
قتل*|قُتل*|مقتل|استشهد*|اغتيل|اغتيال|هجوم|الهجوم|هاجم*|قصف*|القصف|قذيفة|قذائف|غارة|أحرق*|حرق|اغتصب*|اغتصاب|خطف*
اختطف*|اختطاف
اختف*|فقد*|نهب*|فر|فرت|فروا|هرب*|ضرب*|للضرب|عذب*|تعذيب|هدد*|تهديد|دمر*|هدم*|فتش*|مداهمة|داهم*|مسلح*|جنود|جرح*|أصيب*
توفي*
gunfire|grenade*|firing|poison*|embuscade*|frappe*|tirs|fusillade*|explosion*|emboscada*|granada*|disparos
lost his life|lost her life|lost their lives|lost a|drowned|stolen|stole|driven off|set on fire|set alight|torched
chased|forced out
perdu la vie|volé|volés|volée|chassé*|égorgé*|noyé*|perdieron la vida|perdió la vida|llev*|robaron|robado*
prendieron fuego|expulsad*
ahogad*|degollad*|أضرم*|سرق*|سُرق*|غرق*|ذبح*|طردوا
witness*|victim*|survivor*|incident*|témoin*|victime*|survivant*|testigo*|víctima*|sobrevivient*|los hechos
الحادث*|شهود|الشهود|الضحايا|إطلاق النار|إطلاق نار|رصاص|الرصاص|قنبلة|عبوة|اعتقل*|احتجز*|اشتباك*|مجزرة|كمين|انفجار|لغم
طرد*|إخلاء|سمم*|طوق*|حاصر*
fired upon|fired at|fired on|opened fire|essuyé des tirs|أطلق النار|أطلقت النار|أطلقوا النار|set fire to|mis le feu
mettre le feu|mettent le feu|surround*|encircl*|encercl*|empoisonn*|envenen*|rodear*|rodearon
"""

CALM = """
meeting*|met|workshop*|training*|briefing*|brief|briefed|session*|conference|consultation*|roundtable|visit*|mission*
launch*
reception|webinar|seminar|panel|hearing|council|assembly|coordination|cluster|held|arrive*|arrival|travel*|went to
transmitted|shared|endorsed|moved|postponed|planned|deadline
submitted|presented|published|announced|sent|dialogue|forum|event|debrief*|orientation|invited|partners|conducted
hosted
réunion*|réuni*|rendu|rendue|rencontre|transmis|partagé*|reporté*|atelier*|formation*|exposé|séance|conférence
consultation*|visite*|mission*|semaine du|week of|semana del|lancement|réception
séminaire|cluster|tenu*|arrivée|prévu*|présenté*|publié*|annoncé*|envoyé*|dialogue|forum|événement|partenaires|délai
invité*
reunión|reuniones|encuentro|taller*|formación|capacitación|exposición|sesión|conferencia|consulta*|visita*|misión
lanzamiento
recepción|seminario|clúster|celebr*|llegada|previst*|presentad*|publicad*|anunciad*|enviad*|diálogo|foro|evento
socios|plazo
reunió|reunieron|aplazó
"""

BIG_PLACES = """
geneva|new york|genève|ginebra|nairobi|addis ababa|brussels|paris|london|vienna|the hague|madrid|bruxelles|londres
rome|roma
juba|khartoum|kampala|kinshasa|goma|bangui|bamako|ouagadougou|niamey|n'djamena|ndjamena|yaoundé|abuja|lagos|maputo
dakar
mogadishu|tripoli|benghazi|cairo|tunis|kyiv|kiev|kharkiv|lviv|odesa|odessa|dnipro|kabul|islamabad|yangon|dhaka
cox's bazar
bogotá|medellín|cali|caracas|quito|lima|panamá|ciudad de panamá|tegucigalpa|san salvador|guatemala|mexico|san josé
managua
port-au-prince|puerto príncipe|baghdad|erbil|damascus|aleppo|beirut|amman|jerusalem|ramallah|gaza|sanaa|aden|istanbul
ankara
antananarivo|bujumbura|le caire|tripoli|bagdad|damas|alep|beyrouth|jérusalem|el cairo|kinshasa|washington|doha|riyadh
"""

COUNTRIES = """
south sudan|sudan|ukraine|uganda|kenya|ethiopia|somalia|chad|cameroon|nigeria|niger|mali|burkina|burkina faso|congo
drc|car
central african republic|mozambique|libya|egypt|syria|iraq|yemen|lebanon|jordan|palestine|opt|israel|afghanistan
pakistan
myanmar|bangladesh|haiti|colombia|venezuela|honduras|guatemala|el salvador|mexico|ecuador|peru|fiji|vanuatu|russia
turkey
soudan|soudan du sud|tchad|cameroun|nigéria|éthiopie|somalie|libye|égypte|syrie|irak|yémen|liban|jordanie|haïti
colombie
rca|rdc|république|centrafrique|birmanie|ouganda|afrique|europe|venezuela
sudán|sudán del sur|ucrania|siria|líbano|haití|venezuela|méxico|perú|república|américa|áfrica|europa|nicaragua|cuba
chile
africa|asia|america|sahel|darfur|equatoria|upper nile|jonglei|unity|lakes
"""

UNPLACED_ARABIC = """
العالم|سياق|إطار|حال|حالة|ظل|ضوء|ظروف|هذا|هذه|ذلك|تلك|جميع|كل|البلد|البلاد|أماكن|أثناء|وقت|نهاية|بداية|شهر|عام|سنة
يوم|اليوم
نفس
اليمن|سوريا|العراق|ليبيا|السودان|لبنان|فلسطين|الأردن|مصر|الصومال|تشاد|أوكرانيا|جنوب|شمال|شرق|غرب
انتظار|مجال|النزاع|إيجاد|المئة|الدورة|التقرير|طريقها|طريقه|البئر
الجلسة|الاجتماع|القرار|تاريخ|بتاريخ|ليلة|صباح|مساء|المنطقة|المدينة|البيت|المنزل|المجتمع|الأسرة|المقابلات|الحديث
"""

LETTERED_ARABIC = """
القسم|الملحق|الفرع|الجزء|الفئة|المجموعة|النقطة|البند|الفقرة|المرفق|الجدول
"""

GROUPS = """
women|men|girls|boys|children|people|persons|youth|youths|adults|members|participants|students|those|femmes|hommes
filles
garçons|enfants|personnes|jeunes|élèves|ceux|mujeres|hombres|niñas|niños|personas|jóvenes|estudiantes|quienes
"""

ORGANISATIONS = """
network|office|council|committee|association|centre|center|union|ministry|programme|program|project|plan|fund|group
cluster
forum|foundation|court|act|law|convention|nation|nations|right|rights|people|federation|agency|university|school
initiative
strategy|state|county|day|commission|board|team|platform|mechanism|framework|protocol|agreement|covenant
house of commons
réseau|bureau|conseil|comité|ministère|projet|fonds|groupe|loi|cour|commission|équipe|pacte|plateforme|mécanisme|cadre
red|oficina|consejo|comité|asociación|ministerio|proyecto|fondo|grupo|ley|corte|pueblo|defensoría|plataforma|mesa
comisión
equipo|pacto|mecanismo|marco|congreso|parliament|parlement|parlamento
"""

LANGUAGES = """
english|french|spanish|arabic|dinka|nuer|swahili|russian|ukrainian|dari|pashto|somali|sango|lingala|english and french
"""

TOWARDS = """
in|at|near|from|around|outside|between|to|towards|into|over|fled|leave|left|entered|attacked|raided|stormed|shelled
bombed
burned|burnt|looted|surrounded|à|au|aux|près de|de|d|en|vers|entre|quitté|fui|attaqué|pillé|incendié|bombardé
encerclé|fouillé
cerca de|desde|hacia|por|junto a|del|bombardearon|rodearon
"""

TOWARDS_ARABIC = """
في|من|قرب|بالقرب من|عند|إلى|على|نحو|جنوب|شمال|شرق|غرب|مدينة|هاجموا|قصف|قصفوا
"""

BIG_ARABIC = """
جنيف|نيويورك|عدن|صنعاء|دمشق|حلب|بغداد|طرابلس|بيروت|القاهرة|عمان|الخرطوم|غزة|بنغازي|الموصل|البصرة
"""

CALLED = """
s'appelle|s'appelait|se llama|se llamaba|goes by|named|called|nommé|nommée|dénommé|dénommée|prénommé|prénommée
appelé|appelée|llamado|llamada|de nombre|name is
"""

CALLED_ARABIC = """
يدعى|تدعى|المدعو|المدعوة|اسمه|اسمها|واسمه|واسمها|شهادة السيدة|شهادة السيد
"""

LATITUDE = """
lat|latitude|latitud|longitude|longitud|lon|lng|خط العرض|خط الطول|خط عرض|خط طول
"""

COORDINATES = (
    LATITUDE
    + """
gps|coordinates|coordonnées|coordenadas|إحداثيات|الإحداثيات|دائرة العرض|utm
"""
)

MONEY_BEFORE = """
usd|eur|gbp|chf|ssp|xaf|xof|fcfa|cop|us$|dollars|budget|budget of
"""

RESIDENTS = """
residents of|people of|villagers of|inhabitants of|elders of|youth of|habitants de|gens de|vecinos de|habitantes de
gente de|pobladores de
"""

RESIDENTS_ARABIC = """
أهالي|سكان|شباب|وجهاء|نساء
"""

UN_SEATS = """
geneva|new york|genève|ginebra|nueva york|vienna|the hague
"""

ABOUT = """
about|around|approximately|roughly|nearly|almost|some|environ|d'environ|à peu près|presque|unos|unas|casi
aproximadamente
"""

NUMBER_WORDS = """
one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen
nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety
un|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix-sept|dix-huit|dix-neuf|vingt
trente|quarante|cinquante|soixante|soixante-dix|quatre-vingt|quatre-vingts
uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciséis|diecisiete|dieciocho
diecinueve|veinte|veintiún|veintiuno|veintidós|veintitrés|veinticuatro|veinticinco|veintiséis|veintisiete|veintiocho
veintinueve|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa
"""

FEW_WORDS = """
one|two|three|four|five|un|deux|trois|quatre|cinq|uno|dos|tres|cuatro|cinco
"""

ORDINALS = """
first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth
sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-first|twenty-second|twenty-third|twenty-fourth|thirtieth
twenty-fifth|twenty-sixth|twenty-seventh|twenty-eighth|twenty-ninth|thirty-first|premier|primero
"""

ORDINALS_ARABIC = """
الأول|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع|العاشر|الحادي|العشرين|الثلاثين
"""

AGES_ARABIC = """
الثالثة|الرابعة|الخامسة|السادسة|السابعة|الثامنة|التاسعة|العاشرة|الحادية|الثانية|العشرين|الثلاثين|الأربعين|الخمسين
الستين|العشرينات|الثلاثينات|الأربعينات|الخمسينات|الستينات|العشرينيات|الثلاثينيات|الأربعينيات|الخمسينيات|الستينيات
الثلاثة|الأربعة|الخمسة|الستة|السبعة|الثمانية|التسعة|العشرة|الأحد|الاثني
"""

CHILDREN = """
boy|girl|child|teenager|youth|lad|woman|man|baby|toddler|fillette|garçon|fille|enfant|adolescent|adolescente|gamin
gamine|femme|homme|niña|niño|chico|chica|muchacho|muchacha|menor|mujer|hombre|joven
"""

CHILDREN_ARABIC = """
طفل|طفلة|فتاة|فتى|صبي|صبية|ولد|بنت|شاب|شابة|مراهق|مراهقة|رجل|امرأة|سيدة
"""

AGO = """
days ago|nights ago|weeks ago|week ago
"""

STRUCK = """
attack|attacks|raid|raids|assault|airstrike|airstrikes|strike|strikes|shelling|bombing|drone strike|attaque|attaques
frappe|frappes|assaut|bombardement|ataque|ataques|asalto|bombardeo|toma
"""

DECADES = """
teens|twenties|thirties|forties|fifties|sixties|seventies|vingtaine|trentaine|quarantaine|cinquantaine|soixantaine
veinte y tantos|treinta y tantos|cuarenta y tantos|cincuenta y tantos|sesenta y tantos
veinteañer*|treintañer*|cuarentón|cuarentona|cincuentón|cincuentona
"""

FEASTS = """
easter|christmas|christmas eve|good friday|eid|eid al-fitr|eid al-adha|new year's eve|new year's day|pâques|noël
tabaski|aïd|aïd el-fitr|aïd el-kébir|semana santa|viernes santo|navidad|nochebuena|año nuevo|ليلة العيد|يوم العيد
أول أيام العيد|ثاني أيام العيد|ثالث أيام العيد|رابع أيام العيد|عيد الفطر|عيد الأضحى|ليلة رأس السنة|عيد الميلاد
"""

PUBLIC_SPOTS = """
market|school|church|mosque|clinic|hospital|bridge|river|port|marché|école|église|mosquée|hôpital|pont|dispensaire
mercado|escuela|iglesia|hospital|puente|muelle|puesto de salud
"""
