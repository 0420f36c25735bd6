import type { Field } from '#lib/records/kind.ts';
import { foldHeader } from './synonyms.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const YES = words('yes y ja j true wahr 1 x on');
const NO = words('no n nein false falsch 0 off');

/** How people write what is chosen from a few words, English and German, folded as headings are. */
const CHOSEN: Readonly<Record<string, ReadonlySet<string>>> = {
	female: words('female f w woman weiblich frau'),
	male: words('male m man maennlich mann'),
	other: words('other o d divers diverse anderes')
};

/** A cell as the field's parser knows it: what people write for yes and no, and for a choice, in their language. */
export function chosenIn(field: Field, text: string): string {
	if (field.shape !== 'scalar') return text;
	const written = foldHeader(text);
	if (field.type === 'flag') return YES.has(written) ? 'true' : NO.has(written) ? 'false' : text;
	if (field.type !== 'choice') return text;
	return field.options?.find((option) => CHOSEN[option]?.has(written)) ?? text;
}
