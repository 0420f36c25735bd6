import type { SubmitFunction } from '@sveltejs/kit';
import { onMount } from 'svelte';
import { z } from 'zod';
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { getDevice } from '#lib/client/device/device.svelte.ts';
import type { OutboxEntry } from '#lib/client/device/outbox.svelte.ts';
import { isUnreachable } from '#lib/client/unreachable.ts';
import { newId } from '#lib/shared/ids.ts';
import { KINDS, type KindName } from '#lib/shared/kinds.ts';
import { getToasts } from '#lib/ui/toasts.svelte.ts';
import { m } from '#lib/messages/messages.js';

const Entered = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/**
 * The form of a new record. When the server cannot be reached, what was entered waits on this device and
 * is sent later; an entry that the server refused comes back into the form to be put right.
 */
export class NewRecord {
	readonly #kind: KindName;
	readonly #rendered: () => string;
	readonly #device = getDevice();
	readonly #toasts = getToasts();
	#fresh = $state<string | null>(null);
	#sending = $state(false);

	/** Made while its component is; `rendered` is the id that the server proposed. */
	constructor(kind: KindName, rendered: () => string) {
		this.#kind = kind;
		this.#rendered = rendered;
		// A kept page is rendered once and used often.
		onMount(() => {
			this.#fresh = newId();
		});
	}

	get id(): string {
		return this.#entry?.recordId ?? this.#fresh ?? this.#rendered();
	}

	get sending(): boolean {
		return this.#sending;
	}

	/** What was entered in a form that the server refused later, by input; null in a fresh form. */
	get entered(): Readonly<Record<string, string | readonly string[]>> | null {
		const read = Entered.safeParse(this.#entry?.input);
		return read.success ? read.data : null;
	}

	typed(name: string): string | undefined {
		const text = this.entered?.[name];
		return typeof text === 'string' ? text : undefined;
	}

	readonly submit: SubmitFunction = ({ formData }) => {
		this.#sending = true;
		const entry = this.#entry;
		return async ({ result, update }) => {
			if (isUnreachable(result)) await this.#leaveHere(formData, entry);
			else {
				await update({ reset: false });
				if (result.type === 'redirect') await this.#settled(entry);
			}
			this.#sending = false;
		};
	};

	get #entry() {
		const key = page.url.searchParams.get('entry');
		return this.#device.outbox.refused.find((entry) => entry.key === key);
	}

	async #leaveHere(form: FormData, corrected: OutboxEntry | undefined): Promise<void> {
		const title = String(form.get('requestFor') ?? form.get('name') ?? '');
		const entry = await this.#device.later({
			action: `${this.#kind}.create`,
			input: inputOf(form),
			...{ title, kind: this.#kind, recordId: String(form.get('id') ?? '') }
		});
		if (!entry) {
			this.#toasts.show(m.offline_no_line(), { tone: 'bad' });
			return;
		}
		await this.#settled(corrected);
		this.#toasts.show(m.offline_will_create({ title }), {
			undo: () => this.#device.outbox.discard(entry.key)
		});
		await goto(KINDS[this.#kind].path);
	}

	/** The entry that was put right is taken care of. */
	async #settled(entry: OutboxEntry | undefined): Promise<void> {
		if (entry) await this.#device.outbox.discard(entry.key);
	}
}

/** A name that occurs several times becomes a list, as the server reads forms. */
function inputOf(form: FormData): Record<string, string | string[]> {
	const input: Record<string, string | string[]> = {};
	for (const name of new Set(form.keys())) {
		const texts = form.getAll(name).filter((value) => typeof value === 'string');
		input[name] = texts.length > 1 ? texts : (texts[0] ?? '');
	}
	return input;
}
