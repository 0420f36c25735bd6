import * as Y from 'yjs';
import { rootsOf, writeEdit } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit } from '#lib/records/values.ts';

/** Origin of every edit made through the inline editors; only these are undone here. */
const LOCAL = Symbol('local edit');

/** Under what a step keeps its place among all steps, and the field that it changed. */
const ORDER = Symbol('order');
const FIELD = Symbol('field');

type Stack = 'undoStack' | 'redoStack';
type Step = Y.UndoManager['undoStack'][number];
type StepEvent = { readonly stackItem: Step; readonly type: 'undo' | 'redo' };

/**
 * My own edits of one record, whichever part of it they changed, in the order in which I made them. What
 * a colleague wrote later stays: a step of mine that he has overwritten is passed over.
 */
export class UndoSteps {
	readonly #managers = new Map<Y.UndoManager, () => string>();
	#count = 0;
	#version = $state(0);
	readonly #doc: Y.Doc;
	readonly #kind: RecordKind;
	readonly #fields: Y.UndoManager;
	#edited = '';

	constructor(doc: Y.Doc, kind: RecordKind) {
		this.#doc = doc;
		this.#kind = kind;
		this.#fields = new Y.UndoManager(undoable(doc, kind), {
			trackedOrigins: new Set([LOCAL]),
			captureTimeout: 500
		});
		this.add(this.#fields, () => this.#edited);
	}

	/** Writes an edit of mine; what is done to another field is another step. */
	write(edit: Edit): void {
		if (edit.field !== this.#edited) this.#fields.stopCapturing();
		this.#edited = edit.field;
		this.#doc.transact(() => writeEdit(this.#doc, this.#kind, edit), LOCAL);
	}

	destroy(): void {
		this.#fields.destroy();
	}

	/** Takes in the steps of one manager; `fieldOf` names what its next step changes. The answer lets go of them. */
	add(manager: Y.UndoManager, fieldOf: () => string): () => void {
		this.#managers.set(manager, fieldOf);
		manager.on('stack-item-added', (event) => this.#added(manager, event));
		manager.on('stack-item-updated', (event) => this.#stamp(event.stackItem));
		manager.on('stack-item-popped', (event) => this.#popped(manager, event));
		manager.on('stack-cleared', () => this.#version++);
		return () => {
			this.#managers.delete(manager);
			this.#version++;
		};
	}

	get canUndo(): boolean {
		return this.#newest('undoStack') !== null;
	}

	get canRedo(): boolean {
		return this.#newest('redoStack') !== null;
	}

	/** Takes back my last edit that still stands; answers the field, null when there is none. */
	undo(): string | null {
		return this.#turn('undoStack', (manager) => manager.undo());
	}

	/** Does again what was taken back last. */
	redo(): string | null {
		return this.#turn('redoStack', (manager) => manager.redo());
	}

	/** Forgets the last step on this field: the server has put it right already. */
	drop(field: string): void {
		let last: { readonly items: Step[]; readonly item: Step } | null = null;
		for (const manager of this.#managers.keys()) {
			for (const items of [manager.undoStack, manager.redoStack]) {
				const item = items.findLast(({ meta }) => meta.get(FIELD) === field);
				if (item && (!last || orderOf(item) > orderOf(last.item))) last = { items, item };
			}
		}
		if (!last) return;
		last.items.splice(last.items.indexOf(last.item), 1);
		for (const manager of this.#managers.keys()) manager.stopCapturing();
		this.#version++;
	}

	#newest(stack: Stack): Y.UndoManager | null {
		void this.#version;
		let newest: Y.UndoManager | null = null;
		let order = 0;
		for (const manager of this.#managers.keys()) {
			const top = manager[stack].at(-1);
			if (!top || orderOf(top) <= order) continue;
			[newest, order] = [manager, orderOf(top)];
		}
		return newest;
	}

	#turn(stack: Stack, act: (manager: Y.UndoManager) => Step | null): string | null {
		for (let manager = this.#newest(stack); manager !== null; manager = this.#newest(stack)) {
			// Yjs goes on to the next of its own steps when one has no effect; the next of all is wanted.
			const steps = manager[stack];
			const older = steps.splice(0, steps.length - 1);
			const done = act(manager);
			manager[stack].unshift(...older);
			this.#version++;
			if (done) return String(done.meta.get(FIELD));
		}
		return null;
	}

	#added(manager: Y.UndoManager, { stackItem, type }: StepEvent): void {
		stackItem.meta.set(FIELD, this.#managers.get(manager)?.());
		this.#stamp(stackItem);
		if (type === 'redo' || manager.redoing) return;
		// A fresh edit ends what could be done again, in every part of the record.
		for (const other of this.#managers.keys()) if (other !== manager) other.clear(false, true);
	}

	#popped(manager: Y.UndoManager, { stackItem, type }: StepEvent): void {
		const turned = manager[type === 'undo' ? 'redoStack' : 'undoStack'].at(-1);
		turned?.meta.set(FIELD, stackItem.meta.get(FIELD));
		this.#version++;
	}

	#stamp({ meta }: Step): void {
		meta.set(ORDER, ++this.#count);
		this.#version++;
	}
}

const orderOf = ({ meta }: Step) => Number(meta.get(ORDER) ?? 0);

/** Everything but rich texts, whose editor keeps its own steps. */
const undoable = (doc: Y.Doc, kind: RecordKind) =>
	[...rootsOf(kind)].filter(([, shape]) => shape !== 'richText').map(([name]) => doc.getMap(name));
