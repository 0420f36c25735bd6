import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

/** Why a file cannot be read as a workbook. */
export class WorkbookFault extends Error {
	readonly reason: 'not_a_workbook' | 'workbook_too_large';
	constructor(reason: WorkbookFault['reason']) {
		super(reason);
		this.reason = reason;
	}
}

/** More parts than any spreadsheet program writes. */
const MOST_ENTRIES = 5_000;
/** What all parts together may unpack to: a file that grows further is made to fill a machine. */
const MOST_UNPACKED = 1024 * 1024 * 1024;

const openZip = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open);

/** The parts of a stored zip file by their names; what is read of them is counted, not believed. */
export class Archive {
	readonly #zip: yauzl.ZipFile;
	readonly #entries: ReadonlyMap<string, yauzl.Entry>;
	#unpacked = 0;

	private constructor(zip: yauzl.ZipFile, entries: ReadonlyMap<string, yauzl.Entry>) {
		this.#zip = zip;
		this.#entries = entries;
	}

	static async open(path: string): Promise<Archive> {
		const zip = await openZip(path, { lazyEntries: true, autoClose: false }).catch(refuse);
		try {
			return new Archive(zip, await entriesOf(zip));
		} catch (thrown) {
			zip.close();
			throw thrown;
		}
	}

	has(name: string): boolean {
		return this.#entries.has(name.toLowerCase());
	}

	/** A part as text, piece by piece. Throws WorkbookFault for one that is missing, broken or too large. */
	async *text(name: string): AsyncGenerator<string> {
		const entry = this.#entries.get(name.toLowerCase());
		if (!entry || entry.isEncrypted()) throw new WorkbookFault('not_a_workbook');
		const stream = await promisify<yauzl.Entry, Readable>(this.#zip.openReadStream.bind(this.#zip))(
			entry
		).catch(refuse);
		const decoder = new TextDecoder();
		try {
			for await (const piece of stream as AsyncIterable<Buffer>) {
				this.#unpacked += piece.length;
				if (this.#unpacked > MOST_UNPACKED) throw new WorkbookFault('workbook_too_large');
				yield decoder.decode(piece, { stream: true });
			}
		} catch (thrown) {
			refuse(thrown);
		} finally {
			stream.destroy();
		}
	}

	close(): void {
		this.#zip.close();
	}
}

function entriesOf(zip: yauzl.ZipFile): Promise<ReadonlyMap<string, yauzl.Entry>> {
	if (zip.entryCount > MOST_ENTRIES) throw new WorkbookFault('not_a_workbook');
	const entries = new Map<string, yauzl.Entry>();
	return new Promise((resolve, reject) => {
		zip.on('entry', (entry: yauzl.Entry) => {
			// Some programs write names in other letters than they refer to them by.
			entries.set(entry.fileName.toLowerCase(), entry);
			zip.readEntry();
		});
		zip.once('end', () => resolve(entries));
		zip.once('error', () => reject(new WorkbookFault('not_a_workbook')));
		zip.readEntry();
	});
}

/** A broken container is the sender's mistake; a disk that cannot be read is not. */
function refuse(thrown: unknown): never {
	if (thrown instanceof WorkbookFault) throw thrown;
	if (thrown instanceof Error && 'syscall' in thrown) throw thrown;
	throw new WorkbookFault('not_a_workbook');
}
