import { createContext } from 'svelte';
import type { KeptAtRecord, KeptNote } from '#lib/records/kept.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Fault, FieldValue } from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';
import type { EditNotice, RecordEditor } from './editor.ts';
import type { Looking } from './looking.svelte.ts';

interface Source {
	readonly kind: RecordKind;
	readonly record: RecordEditor;
	readonly writable: 'all' | 'none' | readonly string[];
	/** Names of the fields for this reader. */
	readonly labels: Readonly<Record<string, string>>;
	/** What was posted without JavaScript and refused, by input. */
	readonly typed: Readonly<Record<string, string | readonly string[]>>;
	/** What the server said about that form. */
	readonly faults: readonly Fault[];
	/** What waits at the record since before this page was opened, or came since from elsewhere. */
	readonly kept: KeptAtRecord | null;
	/** What others did since this reader last looked. */
	readonly looking: Looking;
	/** Where the history of one field is shown. */
	readonly historyHref?: ((field: string) => string) | undefined;
}

/** One open record page as its inline editors see it: values, rights, refusals, who is where. */
export class RecordPage {
	readonly #source: () => Source;
	/** Refused before anything was sent, by field; what was typed stays in its input. */
	#local = $state<Record<string, Fault | undefined>>({});
	/** What stood in a field when somebody began to write in it here. */
	// Only read when it is handed on: nothing on the page depends on it.
	readonly #begun = new Map<string, FieldValue>();
	/** True once scripts run: until then the page is a form. */
	live = $state(false);

	constructor(source: () => Source) {
		this.#source = source;
	}

	get record(): RecordEditor {
		return this.#source().record;
	}

	get kind(): RecordKind {
		return this.#source().kind;
	}

	labelOf(field: string): string {
		return this.#source().labels[field] ?? field;
	}

	get looking(): Looking {
		return this.#source().looking;
	}

	historyHref(field: string): string | null {
		return this.#source().historyHref?.(field) ?? null;
	}

	canWrite(field: string): boolean {
		const { writable, record } = this.#source();
		if (record.readOnly || writable === 'none') return false;
		return writable === 'all' || writable.includes(field);
	}

	/** What stood in an input of the form that was refused; only until scripts take over. */
	typed(input: string): string | undefined {
		const value = this.live ? undefined : this.#source().typed[input];
		return typeof value === 'string' ? value : undefined;
	}

	/** The same for an input that takes several. */
	typedAll(input: string): readonly string[] | undefined {
		const { typed } = this.#source();
		const values = this.live ? undefined : typed[input];
		return values === undefined ? undefined : [values].flat();
	}

	value(field: string): FieldValue {
		return this.record.values[field] ?? null;
	}

	/** Somebody begins to write in the field: what others write from now on he does not see. */
	begin(field: string): void {
		this.#begun.set(field, this.value(field));
	}

	/** Checks what was entered with the field's own parser and hands it on; false when it was refused here. */
	commit(field: string, input: unknown): boolean {
		const declared = this.kind.fields[field];
		if (declared?.shape !== 'scalar') throw new Error(`${field} is no scalar`);
		const parsed = declared.parse(input);
		if (!parsed.ok) {
			const { code, params } = parsed;
			this.#local[field] = params ? { field, code, params } : { field, code };
			return false;
		}
		// Whoever empties it to write something else is not hurried.
		if (parsed.value === null && declared.kept && this.value(field) !== null) {
			this.#local[field] = { field, code: 'required' };
			return false;
		}
		this.#local[field] = undefined;
		const begun = this.#begun.get(field);
		this.#begun.delete(field);
		if (!isSame(parsed.value, this.value(field))) this.record.set(field, parsed.value, begun);
		return true;
	}

	/** What is wrong with the field, from here or from the posted form. */
	fault(field: string): Fault | null {
		const posted = this.#source().faults.find((fault) => fault.field === field);
		return this.#local[field] ?? posted ?? null;
	}

	forgive(field: string): void {
		this.#begun.delete(field);
		this.#local[field] = undefined;
	}

	/** What the server did with edits of this field: as the page was loaded, and as the socket said since. */
	notices(field: string): readonly EditNotice[] {
		const { kept, record } = this.#source();
		const loaded = (kept?.notes ?? [])
			.filter((note) => note.field === field && !this.#isPast(note))
			.map((note) => ({ ...note, keptAt: kept?.rev ?? 0 }));
		const said = record.notices.filter((notice) => notice.field === field);
		return [...loaded, ...said.filter((notice) => !isLoaded(kept, notice))];
	}

	/** Somebody has written the field since it was refused; the text waits in the list of what is kept. */
	#isPast = ({ type, field, current }: KeptNote) =>
		type === 'rejected' && !isSame(current, this.value(field));

	peopleIn(field: string) {
		return this.record.people.filter((person) => person.field === field);
	}
}

/** True when the load was made after the notice: whatever it does not list is settled. */
const isLoaded = (kept: KeptAtRecord | null, { id, keptAt }: EditNotice): boolean =>
	kept !== null &&
	keptAt !== null &&
	(kept.rev >= keptAt || kept.notes.some((note) => note.id === id));

export const [getRecordPage, setRecordPage] = createContext<RecordPage>();
