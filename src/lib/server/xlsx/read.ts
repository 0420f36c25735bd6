import { Archive, WorkbookFault } from './archive.ts';
import { numberText, readStyles, type NumberReading } from './styles.ts';
import { columnIndex, fromCellText } from './text.ts';
import { readXml, xmlSteps, type Element } from './xml.ts';

/** Columns beyond are a sign of a mistake, or of somebody who wants to fill the disk. */
const MOST_COLUMNS = 1_000;
const MOST_ROWS = 1_048_576;
/** Characters of all texts that cells share; they are held in memory. */
const MOST_SHARED = 64 * 1024 * 1024;
const MOST_CELL = 200_000;

interface Book {
	readonly shared: readonly string[];
	readonly styles: readonly NumberReading[];
	readonly is1904: boolean;
}

/**
 * The rows of the first sheet that is shown, as texts a person would see in it, a batch at a time; rows that are
 * left out in the file are there, empty, so that they are numbered as in the spreadsheet. Memory holds what cells
 * share and one batch. Throws WorkbookFault.
 */
export async function* readWorkbook(path: string): AsyncGenerator<readonly (readonly string[])[]> {
	const archive = await Archive.open(path);
	try {
		const { sheet, shared, styles, is1904 } = await readOutline(archive);
		const book = {
			shared: await readShared(archive, shared),
			styles: await readStyles(archive, styles),
			is1904
		};
		yield* rowsOf(archive, sheet, book);
	} finally {
		archive.close();
	}
}

const WORKBOOK = 'xl/workbook.xml';

/** Which parts of the container hold what. */
async function readOutline(archive: Archive) {
	if (!archive.has(WORKBOOK)) throw new WorkbookFault('not_a_workbook');
	const sheets: { readonly id: string; readonly isShown: boolean }[] = [];
	let is1904 = false;
	await readXml(archive.text(WORKBOOK), {
		open({ name, attributes }) {
			if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
			if (name !== 'sheet') return;
			const id = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1] ?? '';
			sheets.push({ id, isShown: (attributes.state ?? 'visible') === 'visible' });
		}
	});
	const targets = await readTargets(archive);
	const chosen = sheets.find(({ isShown }) => isShown) ?? sheets[0];
	const sheet = chosen && targets.byId.get(chosen.id);
	if (!sheet) throw new WorkbookFault('not_a_workbook');
	const ofType = (type: string, usual: string) => targets.byType.get(type) ?? usual;
	return {
		sheet,
		shared: ofType('sharedStrings', 'xl/sharedStrings.xml'),
		styles: ofType('styles', 'xl/styles.xml'),
		is1904
	};
}

async function readTargets(archive: Archive) {
	const byId = new Map<string, string>();
	const byType = new Map<string, string>();
	await readXml(archive.text('xl/_rels/workbook.xml.rels'), {
		open({ name, attributes: { Id = '', Type = '', Target = '', TargetMode } }) {
			if (name !== 'Relationship' || TargetMode === 'External') return;
			const part = Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`;
			byId.set(Id, part);
			byType.set(Type.slice(Type.lastIndexOf('/') + 1), part);
		}
	});
	return { byId, byType };
}

/** The texts that cells refer to by number; how they sound (phonetic readings) is left out. */
async function readShared(archive: Archive, part: string): Promise<readonly string[]> {
	const texts: string[] = [];
	if (!archive.has(part)) return texts;
	let characters = 0;
	const text = new TextOf();
	await readXml(archive.text(part), {
		open: (element) => text.open(element),
		text(found) {
			characters += text.add(found);
			if (characters > MOST_SHARED) throw new WorkbookFault('workbook_too_large');
		},
		close(name) {
			text.close(name);
			if (name === 'si') texts.push(text.take());
		}
	});
	return texts;
}

/** Collects what stands in <t>, in runs or alone. */
class TextOf {
	#text = '';
	#isInside = false;
	#phonetic = 0;

	open({ name }: Element): void {
		if (name === 't') this.#isInside = true;
		if (name === 'rPh') this.#phonetic++;
	}

	add(text: string): number {
		if (!this.#isInside || this.#phonetic > 0) return 0;
		if (this.#text.length < MOST_CELL) this.#text += text;
		return text.length;
	}

	close(name: string): void {
		if (name === 't') this.#isInside = false;
		if (name === 'rPh') this.#phonetic--;
	}

	take(): string {
		const text = fromCellText(this.#text);
		this.#text = '';
		return text;
	}
}

async function* rowsOf(
	archive: Archive,
	sheet: string,
	book: Book
): AsyncGenerator<readonly (readonly string[])[]> {
	const reader = new SheetReader(book);
	for await (const _ of xmlSteps(archive.text(sheet), reader)) {
		const rows = reader.take();
		if (rows.length > 0) yield rows;
	}
}

/** Watches the XML of a sheet and collects its rows. */
class SheetReader {
	readonly #book: Book;
	#rows: string[][] = [];
	#cells: string[] = [];
	/** Rows that have ended, those left out among them. */
	#count = 0;
	#column = -1;
	#type = 'n';
	#style = 0;
	#value = '';
	#isValue = false;
	#inline = new TextOf();

	constructor(book: Book) {
		this.#book = book;
	}

	readonly open = (element: Element): void => {
		const { name, attributes } = element;
		if (name === 'row') this.#begin(attributes);
		else if (name === 'c') this.#enter(attributes);
		else if (name === 'v') this.#isValue = true;
		else this.#inline.open(element);
	};

	readonly text = (text: string): void => {
		if (!this.#isValue) this.#inline.add(text);
		else if (this.#value.length < MOST_CELL) this.#value += text;
	};

	readonly close = (name: string): void => {
		this.#inline.close(name);
		if (name === 'v') this.#isValue = false;
		if (name === 'c') this.#leave();
		if (name === 'row') {
			this.#rows.push(this.#cells);
			this.#count++;
		}
	};

	take(): readonly (readonly string[])[] {
		const rows = this.#rows;
		this.#rows = [];
		return rows;
	}

	#begin({ r }: Element['attributes']): void {
		const number = r === undefined ? this.#count + 1 : Number(r);
		if (!Number.isInteger(number) || number <= this.#count || number > MOST_ROWS) {
			throw new WorkbookFault('not_a_workbook');
		}
		for (; this.#count < number - 1; this.#count++) this.#rows.push([]);
		this.#cells = [];
		this.#column = -1;
	}

	#enter({ r, t = 'n', s = '0' }: Element['attributes']): void {
		const column = r === undefined ? this.#column + 1 : columnIndex(r);
		if (column === null) throw new WorkbookFault('not_a_workbook');
		this.#column = column;
		this.#type = t;
		this.#style = Number(s);
		this.#value = '';
		this.#inline.take();
	}

	#leave(): void {
		const text = this.#shown();
		if (text === '') return;
		if (this.#column >= MOST_COLUMNS) throw new WorkbookFault('workbook_too_large');
		while (this.#cells.length < this.#column) this.#cells.push('');
		this.#cells[this.#column] = text;
	}

	/** What a person sees in the cell; the result of a formula, and of an error nothing. */
	#shown(): string {
		const { shared, styles, is1904 } = this.#book;
		switch (this.#type) {
			case 's':
				return shared[Number(this.#value)] ?? '';
			case 'inlineStr':
				return this.#inline.take();
			case 'str':
				return fromCellText(this.#value);
			case 'b':
				return this.#value === '1' ? 'true' : 'false';
			case 'd':
				return this.#value.replace(/T00:00:00(\.0+)?Z?$/, '');
			case 'e':
				return '';
			default:
				return this.#value === '' ? '' : numberText(this.#value, styles[this.#style], is1904);
		}
	}
}
