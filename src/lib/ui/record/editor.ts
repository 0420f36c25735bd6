import type { UndoManager, XmlFragment } from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import type { Person } from '#lib/records/people.ts';
import type {
	EmailEntry,
	Fault,
	FieldValue,
	PhoneEntry,
	RecordValues
} from '#lib/records/values.ts';

/** Somebody else who has this record open, as the server stamped him. */
export interface PersonHere extends Person {
	/** The field he is in, or null. */
	readonly field: string | null;
}

/**
 * Something the server did with an edit: refused it and put the old value back, kept the newer value of
 * somebody else beside mine, or mine in place of what somebody else had written a moment before.
 */
export interface EditNotice {
	readonly id: string;
	readonly type: 'rejected' | 'conflict' | 'overtaken';
	readonly field: string;
	/** Why, for a refusal. */
	readonly fault: Fault | null;
	/** What the record does not hold; never lost. */
	readonly value: FieldValue;
	/** What was saved then. */
	readonly current: FieldValue;
	/** True when I typed it. */
	readonly mine: boolean;
	/** The other of the two people. */
	readonly by: { readonly id: string; readonly name: string } | null;
	/** Revision from which on the server keeps it under this id; null for what is nowhere else. */
	readonly keptAt: number | null;
}

/** What the inline editors need of an open record; `LiveRecord` of lib/client is one. */
export interface RecordEditor {
	readonly id: string;
	/** Values as this screen should show them, own unsaved edits included; reactive. */
	readonly values: RecordValues;
	/** True when the server takes no edit from me at all. */
	readonly readOnly: boolean;
	/** True once the document has been loaded: only then may the notes be edited. */
	readonly synced: boolean;
	readonly people: readonly PersonHere[];
	readonly notices: readonly EditNotice[];
	readonly awareness: Awareness | null;
	/** `seen` is what stood there when its author began to write, if somebody may have written since. */
	set(field: string, value: FieldValue, seen?: FieldValue): void;
	addTo(field: string, id: string): void;
	removeFrom(field: string, id: string): void;
	put(field: string, entryId: string, entry: EmailEntry | PhoneEntry): void;
	remove(field: string, entryId: string): void;
	/** Says that an input holds text which is not in the record yet, or which its field refuses. */
	draft(input: object, state: 'typing' | 'refused' | null): void;
	/** Tells the others which field I am in. */
	focus(field: string | null): void;
	fragment(field: string): XmlFragment | null;
	dismiss(noticeId: string): void;
	readonly canUndo: boolean;
	readonly canRedo: boolean;
	/** Takes back my last edit that nobody has overwritten; answers its field, or null. */
	undo(): string | null;
	redo(): string | null;
	/** Takes in the steps of an editor that keeps its own; the answer lets go of them. */
	undoWith(field: string, manager: UndoManager): () => void;
}
