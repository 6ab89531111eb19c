"""The words by which the rules know that somebody is held, in English, French, Spanish and Arabic; see `vocabulary`."""

SEIZED = """
locked|solitary confinement|à l'isolement|en aislamiento
detained|imprisoned|jailed|arrested|incarcerated|locked up|remanded|in detention|in custody|in police custody|enfermé
enfermée|enfermés|tenu au secret|tenue au secret|tenus au secret|tenues au secret|behind bars
derrière les barreaux|tras las rejas|in pre-trial detention
rearrested
still held|held captive|held hostage|held incommunicado|held without charge|locked in
détenu|détenue|détenus|détenues|emprisonné|emprisonnée|emprisonnés|incarcéré|incarcérée|incarcérés|écroué|écrouée
écroués
en détention|en détention préventive|en détention au secret|en garde à vue|arrêté|arrêtée|arrêtés|arrêtées|interpellé
interpellée|interpellés|séquestré|séquestrée
detenido|detenida|detenidos|detenidas|recluido|recluida|recluidos|recluidas|arrestado|arrestada|arrestados|encarcelado
encarcelada|preso|presa|presos|presas|encerrado|encerrada|encerrados|bajo custodia|en prisión|en prisión preventiva
capturado|capturada|privado de libertad|privada de libertad|incomunicado|incomunicada|incomunicados|detención en
"""

HELD = """
remanded|held|kept|holding|brought|taken|moved|transferred|sent|retenu|retenue|retenus|retenues|gardé|gardée|gardés
gardées
transféré
transférée|transfert|conduit|conduite|conduits|emmené|emmenée|retenido|retenida|retenidos|retenidas|trasladado
trasladada
trasladaron|llevado|llevada|llevaron|tuvieron|tienen|traslado|mantienen
"""

HOLDERS = """
officers|forces|police|nss|intelligence|anr|dgse|sijin|sebin|dgcim|renseignements|inteligencia|gunmen|soldiers|agents
security|army|militia|soldats|policiers|gendarmes|autoridades|militares
soldados
"""

HOLDING = """
holding|hold|holds|detaining|detain|detains|keep|keeps|kept|détiennent|détient|retiennent|retient|garde|gardent
retienen|retiene
mantienen|mantiene|tienen|tiene
"""

SEIZED_ARABIC = """
الحبس الانفرادي
محتجز|محتجزة|محتجزان|محتجزون|محتجزين|معتقل|معتقلة|معتقلان|معتقلون|معتقلين|موقوف|موقوفة|مسجون|مسجونة|محبوس|محبوسة|سجين
اعتقل|اعتقلت|اعتقلوا|احتجز|احتجزت|احتجزوا|تحتجز*|يحتجز*|خلف القضبان|وراء القضبان|أوقف|أوقفت|سجن|سجنت|حبس|حبست|يقبع
تقبع|يقبعون|يحتجز|تحتجز|قيد التوقيف
معزول عن العالم الخارجي|معزولة عن العالم الخارجي
قيد الاحتجاز|قيد الاعتقال|رهن الاعتقال|رهن الاحتجاز|رهن التوقيف|احتجازه|احتجازها|احتجازهم|اعتقاله|اعتقالها|اعتقالهم
توقيفه|توقيفها|توقيفهم|حبسه|حبسها|سجنه|سجنها|نقله|نقلها|بنقله|بنقلها|نقل|نقلت|اقتيد|اقتيدت|اقتياده|اقتيادها
"""

MOVED_ARABIC = """
نقل*|بنقل*|اقتيد*|اقتياد*|اقتاد*|أخذ*|سحب*|سجن|حبس|أوقف*
"""

FACILITIES = """
prison|jail|police*|station|barracks|checkpoint|cell|cells|container|airbase|base|facility|headquarters|hq|camp
compound|site|security site|security compound
military|intelligence|nss|centre|center|custody|post|dungeon|bunker|basement|garrison|incommunicado|captive|hostage
brigade
roadblock|county|hospital|airport|border|house|home|hotel|school|church|market
prison|maison d'arrêt|commissariat|gendarmerie|brigade|caserne|camp|poste|barrage|cellule|cachot|conteneur|base|dgse
ancr
renseignement*|sûreté|frontière|aéroport|secret|geôle|maison|domicile|hôtel|marché|lieu de détention|centre
cárcel|penal|prisión|comisaría|estación|batallón|cuartel|retén|celda|calabozo|contenedor|base|sede|centro|brigada
fiscalía|guarnición|garnison|concession|entrepôt|garage|cave|finca|bodega|rancho|sótano|warehouse|storeroom
penitenciar*|comando|puesto|frontera|aeropuerto|casa|hotel|dijin|sebin|dgcim|helicoide|incomunicad*
"""

FACILITIES_ARABIC = """
سجن|السجن|سجون|مركز|معسكر|مقر|حاجز|مخفر|قسم|زنزانة|حاوية|قاعدة|القاعدة|ثكنة|معتقل|فرع|مبنى|نقطة|مطار|معبر|مديرية
الأمن|دائرة
"""

CELLS = """
prison|jail|police*|barracks|cell|cells|container|detention|military|intelligence|nss|custody|dungeon|garrison|airbase
checkpoint|captivity|détention|commissariat|gendarmerie|caserne|camp militaire|cellule|cachot|conteneur|dgse|geôle
cárcel|penal|detención|batallón|cuartel|calabozo|celda|contenedor|comisaría|reclusión|estación de policía|base militar
national security|security site|security compound|security office|guarnición|penitenciaría|maison d'arrêt
"""

IMPRISONING = """
prison|jail|cell|cells|police cell|police cells|police custody|military custody|security custody|death row|barracks
police post|police station|poste de police|commissariat|estación de policía|comisaría|cai
shipping container|container|conteneur|contenedor|prison|cellule|garde à vue
cárcel|prisión|calabozo|celda|penal
"""

PRISONS = """
prison|jail|cell|cells|celda|prison de|cachot|cachot de|cellule|geôle|cárcel|cárcel de|calabozo|calabozo de|penal
penal de|prisión de
"""

PRISONS_ARABIC = """
سجن|حبس|معتقل|زنزانة|مخفر
"""

ABOUT_PRISONS = """
condition*|visit*|training|workshop|monitor*|access to|mission|access|réunion|formation|atelier|suivi|condicion*
taller|acceso
أوضاع|ظروف|زيارة|الأوضاع
"""

LED_AWAY = """
taken|brought|led away|driven|transferred|moved|picked up|conduit|conduite|conduits|conduites|emmené|emmenée|emmenés
embarqué|embarquée|embarqués|transféré|transférée|transférés|llevado|llevada|llevaron|llevó|trasladado|trasladada
trasladaron|subieron|condujeron|اقتادوه|اقتادوها|اقتادوهم|اقتيد|اقتيدت|أخذوه|أخذوها|أخذوهم|نقلوه|نقلوها|نقلوهم
"""

CUT_OFF = """
no lawyer|without a lawyer|without his lawyer|without her lawyer|allowed a lawyer|see a lawyer|incommunicado
without trial
not been seen|not been heard|not been allowed|nobody has seen
no one has seen|see him|see her|see them|sans avocat|au secret|sans nouvelle*|n'a pu le voir|n'a pu la voir|lui parler
sans être présenté*|sin abogado|incomunicad*|sin noticias|ha podido verlo|ha podido verla|ha podido hablar|sin cargos
دون محام|بلا محام|رؤيته|رؤيتها|رؤيتهم|زيارته|زيارتها|بلا محاكمة|دون محاكمة|أخباره|أخبارها|انقطعت
"""

NOT_RELEASED = """
refuse to release|refuses to release|refused to release|refusing to release|refuse de relâcher|refuse de libérer
refusent de relâcher|refusent de libérer|se niega a soltar|se niega a liberar|se niegan a soltar|se niegan a liberar
yet to release|not released
"""

TAKING_ARABIC = """
اقتاد|اعتقل|احتجز|حبس|سجن|أوقف|نقل|أخذ|سحب
"""

REMANDED = """
remanded in custody|remanded into custody|placé sous mandat de dépôt|placée sous mandat de dépôt
placés sous mandat de dépôt|placé en garde à vue|placée en garde à vue|placé en détention|placée en détention
dictaron medida de aseguramiento|dictó medida de aseguramiento|dictaron prisión preventiva|حبس احتياطيا|حبست احتياطيا
"""

HANDED_TO = """
handed over to|turned over to|delivered to|given up to|remis aux|remise aux|remis à la|remise à la|remis au|remise au
livré aux|livrée aux|livré à la|livrée à la|entregaron a|entregado a|entregada a|entregaron al|entregado al
entregada al
entregados a
سلم إلى|سلمت إلى|سلموه إلى|سلموها إلى|تسليمه إلى|تسليمها إلى
"""

FORCES = """
military intelligence|intelligence|police|army|security|gendarmerie|militia|soldiers|renseignements|armée|sûreté
inteligencia|policía|ejército|militares|fiscalía|الاستخبارات|المخابرات|الأمن|الشرطة|الجيش|الجنود
"""

THINGS = """
report*|letter*|list*|note*|copy|copies|files|equipment|kit*|food|vehicle*|building*|figure*|fund*|money|data|result*
statement|rapport*|lettre*|liste*|copie*|matériel|vivres|véhicule*|fonds|argent|données|résultats|chiffres|informe*
carta*|lista*|copia*|equipo*|alimentos|vehículo*|fondos|dinero|datos|resultados|cifras|تقرير|التقرير|رسالة|الرسالة
قائمة|القائمة|أموال|الأموال|الأرقام|النتائج|البيانات|معدات|المعدات|مساعدات|المساعدات
"""

EVENTS = """
meeting|workshop|training|session|visit|talk|talks|réunion|atelier|séance|taller|reunión|sesión
"""

COUNTRIES_ARABIC = """
اليمن|سوريا|العراق|ليبيا|السودان|لبنان|فلسطين|الأردن|مصر|الصومال|تشاد|أوكرانيا|جنوب السودان|جنوب
"""
