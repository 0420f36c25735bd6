-- The form in which names are compared while searching: small letters without accents, Cyrillic and Greek in Latin
-- letters. Plain letters, by far the most, are only made small.
CREATE FUNCTION search_fold(name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN octet_length(name) = char_length(name) THEN lower(name COLLATE "C") COLLATE "C" ELSE
	translate(
		replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
			regexp_replace(normalize(lower(name COLLATE "und-x-icu"), NFKD), '[\u0300-\u036f]', '', 'g'),
			'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'),
			'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya'), 'є', 'ye'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
		'øłđðıабвгґдеђзиіјклљмнњопрстћуўфыэαβγδεζηικλμνξοπρσςτυφωъь',
		'olddiabvggdedziijkllmnnoprstcuufyeavgdeziiklmnxoprsstufo') COLLATE "C"
END;
