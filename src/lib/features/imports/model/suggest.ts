import type { RecordKind } from '#lib/records/kind.ts';
import type { ImportKind } from '../schema.ts';
import type { ImportableKind } from './kinds.ts';
import { findCountry } from '#lib/records/country-names.ts';
import { targetOfHeader } from './synonyms.ts';
import { targetsOf, type Mapping } from './targets.ts';

type Rows = readonly (readonly string[])[];

const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;
const WEBSITE = /^(https?:\/\/|www\.)\S+$/i;
const PHONE = /^\+?[\d\s()/.-]{7,}$/;
const NUMBER = /^[+-]?[\d.,\s]*\d[%€$]?$/;
const DATE = /^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})/;

/** True when the first row names the columns instead of being a record itself. */
export function looksLikeHeader(kind: ImportKind, rows: Rows): boolean {
	const [first, ...rest] = rows;
	if (!first || first.every((cell) => cell.trim() === '')) return false;
	if (first.some((cell) => targetOfHeader(kind, cell) !== null)) return true;
	// In a single column without a known heading the first name is as good as any other.
	if (first.length < 2 || rest.length === 0) return false;
	// Words above numbers, dates or addresses are headings.
	return !first.some(isTyped) && rest.some((row) => row.some(isTyped));
}

const isTyped = (cell: string) =>
	[EMAIL, WEBSITE, PHONE, NUMBER, DATE].some((pattern) => pattern.test(cell.trim()));

/** A first mapping: from the headings when there are any, else from what the columns hold. */
export function suggestMapping(
	kind: ImportableKind,
	headings: readonly string[] | null,
	rows: Rows
): Mapping {
	const width = headings ? Math.max(headings.length, usualWidth(rows)) : widest(rows);
	const takesMany = new Map(targetsOf(kind).map((target) => [target.key, target.takesMany]));
	const used = new Set<string>();
	const mapping = Array.from({ length: width }, (_, column) => {
		const key = headings
			? targetOfHeader(kind.name, headings[column] ?? '')
			: targetOfContent(kind, columnOf(rows, column));
		const isFree = key !== null && takesMany.has(key) && (takesMany.get(key) || !used.has(key));
		if (!isFree) return null;
		used.add(key);
		return key;
	});
	const placed = kind.name === 'contact' ? withOwnPlace(mapping) : mapping;
	return isNamed(placed) ? placed : withName(kind.name, placed, rows);
}

const PLACE: ReadonlySet<string> = new Set(['country', 'city', 'region', 'district', 'address']);

/** In a file that says of people only what they are called, a place is that of an order or a delivery. */
const withOwnPlace = (mapping: Mapping): Mapping =>
	mapping.some((key) => key === 'emails' || key === 'phones')
		? mapping
		: mapping.map((key) => (key !== null && PLACE.has(key) ? null : key));

const widest = (rows: Rows) => Math.max(0, ...rows.map((row) => row.length));

/** The width that more than half of the rows reach: some files leave their last headings out. */
function usualWidth(rows: Rows): number {
	const widths = rows.map((row) => row.length).sort((a, b) => b - a);
	return widths[Math.floor(widths.length / 2)] ?? 0;
}

const isNamed = (mapping: Mapping) =>
	mapping.some(
		(key) => key === 'name' || key === 'fullName' || key === 'firstName' || key === 'lastName'
	);

/** Without a name nothing can be brought in: the first column of words that is still free is taken for it. */
function withName(kind: ImportKind, mapping: Mapping, rows: Rows): Mapping {
	const column = mapping.findIndex(
		(key, column) => key === null && holdsWords(columnOf(rows, column))
	);
	const name = kind === 'contact' || kind === 'lead' ? 'fullName' : 'name';
	return mapping.map((key, index) => (index === column ? name : key));
}

function targetOfContent(kind: RecordKind, cells: readonly string[]): string | null {
	if (!('emails' in kind.fields)) return null;
	if (mostly(cells, (cell) => EMAIL.test(cell))) return 'emails';
	if (mostly(cells, (cell) => WEBSITE.test(cell)))
		return 'website' in kind.fields ? 'website' : null;
	if (mostly(cells, (cell) => PHONE.test(cell) && /[+()/\s-]|^0/.test(cell))) return 'phones';
	if (mostly(cells, (cell) => findCountry(cell) !== null))
		return 'place' in kind.fields ? 'country' : null;
	return null;
}

const holdsWords = (cells: readonly string[]) =>
	mostly(cells, (cell) => /\p{L}/u.test(cell) && !EMAIL.test(cell) && !DATE.test(cell));

function mostly(cells: readonly string[], is: (cell: string) => boolean): boolean {
	const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
	return filled.length > 0 && filled.filter(is).length >= filled.length * 0.7;
}

const columnOf = (rows: Rows, column: number) => rows.map((row) => row[column] ?? '');
