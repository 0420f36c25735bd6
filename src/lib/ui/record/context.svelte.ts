import { createContext } from 'svelte';
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
		this.#local[field] = undefined;
		if (!isSame(parsed.value, this.value(field))) this.record.set(field, parsed.value);
		return true;
	}

	/** What is wrong with the field, from here or from the posted form. */
	fault(field: string): Fault | null {
		const posted = this.#source().faults.find((fault) => fault.field === field);
		return this.#local[field] ?? posted ?? null;
	}

	forgive(field: string): void {
		this.#local[field] = undefined;
	}

	notices(field: string): readonly EditNotice[] {
		return this.record.notices.filter((notice) => notice.field === field);
	}

	peopleIn(field: string) {
		return this.record.people.filter((person) => person.field === field);
	}
}

export const [getRecordPage, setRecordPage] = createContext<RecordPage>();
