import { MAX_FILE_BYTES, type UploadFault } from '#lib/features/imports/schema.ts';
import { z } from 'zod';

const Answer = z.union([
	z.object({ ok: z.literal(true), id: z.string() }),
	z.object({ ok: z.literal(false), reason: z.string() })
]);

/** An upload under way: how far it is, and how it ended. */
export class Upload {
	#sent = $state(0);
	#total = $state(0);
	#state = $state<'idle' | 'sending' | 'reading' | 'lost'>('idle');
	#fault = $state<string | null>(null);
	#request: XMLHttpRequest | null = null;

	get sent() {
		return this.#sent;
	}
	get total() {
		return this.#total;
	}
	get state() {
		return this.#state;
	}
	/** Why the file was not taken. */
	get fault() {
		return this.#fault;
	}

	/** Sends the form; only XMLHttpRequest tells how far it is. */
	send(form: HTMLFormElement, file: File, done: (importId: string) => void): void {
		if (file.size > MAX_FILE_BYTES) return this.#refuse('too_large');
		const request = new XMLHttpRequest();
		this.#request = request;
		this.#fault = null;
		this.#state = 'sending';
		this.#sent = 0;
		this.#total = file.size;
		request.upload.onprogress = ({ loaded, total }) => {
			this.#sent = Math.min(loaded, total);
			this.#total = total;
			if (loaded >= total) this.#state = 'reading';
		};
		request.onload = () => this.#answered(request, done);
		request.onerror = () => (this.#state = 'lost');
		request.open('POST', form.action);
		request.setRequestHeader('accept', 'application/json');
		request.send(new FormData(form));
	}

	cancel(): void {
		this.#request?.abort();
		this.#state = 'idle';
	}

	#answered(request: XMLHttpRequest, done: (importId: string) => void) {
		const answer = Answer.safeParse(parsed(request.responseText));
		if (!answer.success) this.#state = 'lost';
		else if (answer.data.ok) done(answer.data.id);
		else this.#refuse(answer.data.reason);
	}

	#refuse(reason: UploadFault | string) {
		this.#state = 'idle';
		this.#fault = reason;
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
