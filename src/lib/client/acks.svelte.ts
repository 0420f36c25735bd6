import * as Y from 'yjs';
import { defineRoots } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import { differs, unsentFieldsIn, unsentIn, type Unsent } from './difference.ts';

/**
 * Which of a document's edits are committed. Counts what was written here against what the server has
 * acknowledged, and keeps the committed state beside the document: the two differ in exactly the edits
 * that only this device has, after a reload too.
 */
export class Acks {
	readonly #kind: RecordKind;
	readonly #doc: Y.Doc;
	readonly #committed = new Y.Doc();
	#written = $state(0);
	#acked = $state(0);

	constructor(kind: RecordKind, doc: Y.Doc) {
		this.#kind = kind;
		this.#doc = doc;
		defineRoots(this.#committed, kind);
	}

	/** How much was written here so far; the number of the next marker. */
	get written(): number {
		return this.#written;
	}

	/** False while anything written here may not be committed. */
	get settled(): boolean {
		return this.#acked >= this.#written;
	}

	/** Changes that are not known to be committed: by field, because people count fields and not keystrokes. */
	get pending(): number {
		return this.settled ? 0 : Math.max(1, this.unsent().length);
	}

	/** The changes themselves. */
	unsent(): readonly Unsent[] {
		void this.#written;
		return unsentIn(this.#kind, this.#committed, this.#doc);
	}

	/** Those of them that somebody else's value may replace; cheaper than all. */
	unsentFields(): readonly Unsent[] {
		return this.settled ? [] : unsentFieldsIn(this.#kind, this.#committed, this.#doc);
	}

	/** The committed state as one update, to be kept on the device. */
	get committed(): Uint8Array {
		return Y.encodeStateAsUpdate(this.#committed);
	}

	/** Starts from what is kept on the device; everything that the document has beyond it is unsent. */
	resume(committed: Uint8Array): void {
		Y.applyUpdate(this.#committed, committed);
		if (differs(this.#committed, this.#doc)) this.wrote();
	}

	/** True when the document has something that is neither committed nor counted. */
	lacks(): boolean {
		return this.settled && differs(this.#committed, this.#doc);
	}

	wrote(): void {
		this.#written++;
	}

	/** Takes in an update that the server sent: whatever it sends is committed. */
	heard(update: Uint8Array): void {
		Y.applyUpdate(this.#committed, update);
	}

	/** The server's word for everything up to this marker. */
	acknowledge(marker: number): void {
		this.#acked = Math.max(this.#acked, marker);
		if (!this.settled) return;
		const missing = Y.encodeStateAsUpdate(this.#doc, Y.encodeStateVector(this.#committed));
		Y.applyUpdate(this.#committed, missing);
	}

	destroy(): void {
		this.#committed.destroy();
	}
}
