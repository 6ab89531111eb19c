from django.core.exceptions import ImproperlyConfigured
from django.db import migrations

CAPITALS = (
    "ÐÞĦŊŦƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςϏϘϚϜϞϠϢϤϦϨϪϬ"
    "ϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨ"
    "ӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮỺỼỾ"
)
SMALL = (
    "ðþħŋŧɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωσϗϙϛϝϟϡϣϥϧϩϫϭ"
    "ϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡө"
    "ӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯỻỽỿ"
)
"""Latin, Greek and Cyrillic capitals that have no accent to lose: a database in the locale C knows A to Z alone."""

LEFT_OUT = (
    r"\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c\u0640"
    r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200c-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
)
"""Accents and vowel signs, which NFKD makes characters of their own; what is not seen, such as soft hyphens."""

SIGNS = (
    r"\u0001-/:-@\[-`\{-\u00bf\u00d7\u00f7\u02b9-\u02ff\u0375\u0387\u03f6\u0482\u055a-\u055f\u0589-\u058f\u05be\u05c0"
    r"\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u06dd\u06de\u06e9\u06fd\u06fe\u0700-\u070d"
    r"\u0964\u0965\u0970\u1360-\u1368\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30fb"
    r"\ufd3e\ufd3f\ufe10-\ufe1f\ufe30-\ufe6f\ufff9-\ufffd\U0001f000-\U0001faff"
)
"""What stands between words in the writing of Europe, the Middle East and Ethiopia; general signs, emoji. Of other
writing the database's parser says what is a letter."""

FUNCTIONS = rf"""
CREATE FUNCTION plain_words(written text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
DECLARE
    plain text := written;
BEGIN
    IF octet_length(plain) > length(plain) THEN
        plain := regexp_replace(normalize(plain, NFKD), '[{LEFT_OUT}]', '', 'g');
        plain := regexp_replace(regexp_replace(plain, '[œŒ]', 'oe', 'g'), '[æÆ]', 'ae', 'g');
        plain := translate(regexp_replace(plain, '[ßẞ]', 'ss', 'g'), 'øØłŁđĐıىة', 'oollddiيه');
        IF plain ~ '[{CAPITALS}]' THEN
            plain := translate(plain, '{CAPITALS}', '{SMALL}');
        END IF;
    END IF;
    plain := regexp_replace(lower(plain COLLATE "C"), '[{SIGNS}]', ' ', 'g');
    -- A word of over 2046 bytes would be left out, a vector of over a megabyte refused.
    IF length(plain) > 255 THEN
        plain := regexp_replace(left(plain, 100000), '([^ ]{{255}})', '\1 ', 'g');
    END IF;
    RETURN plain;
END $$;

CREATE FUNCTION words_of(VARIADIC written text[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 500 SET search_path FROM CURRENT AS $$
BEGIN
    RETURN to_tsvector('pg_catalog.simple', plain_words(array_to_string(written, ' ')));
END $$;

CREATE FUNCTION words_sought(typed text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    words text[] := array_remove(regexp_split_to_array(plain_words(typed), ' +'), '');
    forms text[];
    sought text[] := '{{}}';
    found tsquery;
BEGIN
    FOR place IN 1 .. cardinality(words) LOOP
        forms := ARRAY[words[place]];
        IF words[place] ~ '^[\u0621-\u064a]' THEN
            forms := forms || ARRAY(
                SELECT conjunction || particle
                    || coalesce(substring(words[place] FROM '^[وف]?(?:[بك]?ال|لل)(..+)$'), words[place])
                FROM unnest(ARRAY['', 'و', 'ف']) AS conjunction,
                    unnest(ARRAY['', 'ال', 'ب', 'ل', 'ك', 'بال', 'كال', 'لل', 'الل']) AS particle
            );
        END IF;
        forms := ARRAY(SELECT quote_literal(form) FROM unnest(forms) AS form);
        IF place = cardinality(words) THEN
            -- Whole words stay among them: of these the planner knows how often they occur.
            forms := forms || ARRAY(SELECT form || ':*' FROM unnest(forms) AS form);
        END IF;
        sought[place] := '(' || array_to_string(forms, ' | ') || ')';
    END LOOP;
    found := to_tsquery('pg_catalog.simple', array_to_string(sought, ' & '));
    -- Said twice, for the planner: a beginning that it does not know it takes to be in one row of fifty, and would
    -- rather walk through the table in the order of the list than ask the index; now, in one of 2,500.
    RETURN found && found;
END $$;
"""

UNDONE = """
DROP FUNCTION words_sought(text);
DROP FUNCTION words_of(VARIADIC text[]);
DROP FUNCTION plain_words(text);
"""

KEPT = {
    "callforinput": "title, issued_by, purpose_text",
    "countryvisit": "places, note",
    "recommendation": "text, symbol, body, addressee",
    "report": "title, symbol",
}
"""Each table with the columns whose words it keeps: WORDS_OF of its model, in the same order."""


def make(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        (encoding,) = cursor.fetchone()
    if encoding != "UTF8":
        raise ImproperlyConfigured(f"The database has the encoding {encoding}: make one with ENCODING 'UTF8'.")
    schema_editor.execute(FUNCTIONS, params=None)
    for table, columns in KEPT.items():
        schema_editor.execute(
            f"ALTER TABLE mandates_{table} ADD COLUMN words tsvector GENERATED ALWAYS AS (words_of({columns})) STORED"
        )
        schema_editor.execute(f"CREATE INDEX mandates_{table}_words ON mandates_{table} USING gin (words)")


def undo(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in KEPT:
            schema_editor.execute(f"ALTER TABLE mandates_{table} DROP COLUMN words")
        schema_editor.execute(UNDONE)


class Migration(migrations.Migration):
    """Full text search on PostgreSQL, which `mandates.words` asks.

    The column `words` is in the database alone, which keeps it in step with the others. To change the type of one of
    those, drop it first and add it again; to change a function, add the columns again.
    """

    dependencies = [
        ("mandates", "0006_mandate_titles"),
    ]

    operations = [
        migrations.RunPython(make, undo),
    ]
