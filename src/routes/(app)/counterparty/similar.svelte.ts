import { z } from 'zod';
import type { Doubt, Reason } from '#lib/features/matching/model.ts';
import type { FormFault } from '#lib/server/web/action.ts';

/** Kinds of which similar ones are looked for while one types. */
export const SIMILAR_KINDS = ['company', 'contact', 'lead'] as const;
export type SimilarKind = (typeof SIMILAR_KINDS)[number];
const Kind = z.enum(SIMILAR_KINDS);

/** A record that is like the one being entered. */
export interface SimilarRecord {
	readonly kind: SimilarKind;
	readonly id: string;
	readonly name: string;
	readonly detail: string | null;
	readonly reasons: readonly Reason[];
	readonly doubts: readonly Doubt[];
	/** It is the same: another one of it is not stored. */
	readonly identical: boolean;
}

const words = <Word extends string>() =>
	z.array(z.custom<Word>((word) => typeof word === 'string'));
const Found = z.array(
	z.object({
		kind: Kind,
		id: z.string(),
		name: z.string(),
		detail: z.string().nullable(),
		reasons: words<Reason>(),
		doubts: words<Doubt>(),
		identical: z.boolean()
	})
);

/** Those because of which the server asked again. */
export const similarIn = (faults: readonly FormFault[]): readonly SimilarRecord[] =>
	faults.flatMap(({ field, code, params = {} }) => {
		if (field !== 'similar') return [];
		const listed = (name: string) =>
			String(params[name] ?? '')
				.split(',')
				.filter(Boolean);
		return [
			{
				...{
					kind: Kind.parse(params['kind']),
					id: String(params['id']),
					name: String(params['name']),
					identical: code === 'identical'
				},
				detail: String(params['detail'] ?? '') || null,
				// Made by the server from these very words.
				reasons: listed('reasons') as Reason[],
				doubts: listed('doubts') as Doubt[]
			}
		];
	});

const PAUSE_MS = 350;

/** Looks for records like the one whose form is being filled in, a moment after each key. */
export class SimilarWatch {
	readonly kind: SimilarKind;
	#found = $state.raw<readonly SimilarRecord[] | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asking: AbortController | undefined;

	constructor(kind: SimilarKind) {
		this.kind = kind;
	}

	/** Null as long as nothing was asked, and where the server cannot be reached. */
	get found(): readonly SimilarRecord[] | null {
		return this.#found;
	}

	typed(form: HTMLFormElement): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#ask(new FormData(form)), PAUSE_MS);
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#asking?.abort();
	}

	async #ask(form: FormData): Promise<void> {
		this.#asking?.abort();
		const asking = (this.#asking = new AbortController());
		form.set('kind', this.kind);
		try {
			const { signal } = asking;
			const answer = await fetch('/api/similar', { method: 'POST', body: form, signal });
			if (answer.ok) this.#found = Found.parse(await answer.json());
		} catch {
			// Without a line nothing is known; saving asks again.
		}
	}
}
