import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { WorkbookFault } from './archive.ts';

export interface Element {
	/** Without its prefix. */
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
}

interface Watcher {
	readonly open?: (element: Element) => void;
	readonly text?: (text: string) => void;
	readonly close?: (name: string) => void;
}

/** Reads XML piece by piece. Knows no entities but those of XML itself, so that nothing grows while it is read. */
export async function readXml(pieces: AsyncIterable<string>, watcher: Watcher): Promise<void> {
	for await (const _ of xmlSteps(pieces, watcher));
}

/** The same, a step for each piece. */
export async function* xmlSteps(
	pieces: AsyncIterable<string>,
	{ open, text, close }: Watcher
): AsyncGenerator<void> {
	const parser = new SaxesParser();
	parser.on('opentag', ({ name, attributes }: SaxesTagPlain) =>
		open?.({ name: bare(name), attributes })
	);
	parser.on('text', (found) => text?.(found));
	parser.on('cdata', (found) => text?.(found));
	parser.on('closetag', ({ name }: SaxesTagPlain) => close?.(bare(name)));
	parser.on('error', () => {
		throw new WorkbookFault('not_a_workbook');
	});
	for await (const piece of pieces) {
		parser.write(piece);
		yield;
	}
	parser.close();
}

const bare = (name: string) => name.slice(name.indexOf(':') + 1);
