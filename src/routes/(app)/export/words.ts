import type { ExportColumn } from '#lib/features/exports/model.ts';
import type { ReaderWords } from '#lib/features/exports/queries.server.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { m } from '#lib/messages/messages.js';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';
import { sexNames } from '../counterparty/people.ts';
import { typeNames } from '../products/words.ts';
import { SHELL_KINDS } from '../shell/kinds.ts';
import { choiceNames } from '../work/words.ts';

/** What the records of a list are called together. */
export const listTitle = (kind: KindName): string => KIND_LOOKS[kind].many();

/** Columns as the pages call them, so that an import of the file knows them again. */
export function headingsOf(kind: KindName, columns: readonly ExportColumn[]): readonly string[] {
	const labels = SHELL_KINDS[kind].labels();
	return columns.map(({ field, part }) => {
		const label = labels[field] ?? OTHERS[field]?.() ?? field;
		if (part === 'currency') return m.exports_currency();
		if (part === 'country') return m.records_country();
		return part === 'city' ? m.records_city() : label;
	});
}

const OTHERS: Readonly<Record<string, () => string>> = {
	number: m.records_number,
	createdAt: m.records_created,
	updatedAt: m.records_updated
};

/** The words of this language, for as long as a file is being written. */
export function readerWords(locale: string): ReaderWords {
	const countries = new Intl.DisplayNames(locale, { type: 'region' });
	const choices = new Map(Object.entries({ ...choiceNames([]), ...typeNames(), ...sexNames() }));
	return {
		choice: (word) => choices.get(word) ?? word,
		country: (code) => countries.of(code) ?? code,
		yes: m.records_yes(),
		no: m.records_no()
	};
}
