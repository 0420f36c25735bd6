import { UploadAnswer, type FileFault, type FilesOf } from './schema.ts';

/** One file on its way to the server. */
export interface Upload {
	readonly key: number;
	readonly name: string;
	readonly sizeBytes: number;
	readonly sent: number;
	/** `storing`: all is sent and the server looks at it. `lost`: nobody knows; it can be sent again. */
	readonly state: 'waiting' | 'sending' | 'storing' | 'refused' | 'lost';
	readonly fault: FileFault | null;
}

/** Ids of the two forms of FileForms. */
export const FILES_UPLOAD = 'files-upload';
export const FILES_ACT = 'files-act';

/** Id of the form of PictureForm. */
export const PICTURE_FORM = 'picture-form';

const AT_ONCE = 3;

/** Where files of a record are sent. */
export const uploadAddress = ({ kind, id }: FilesOf) =>
	`/files/upload?${new URLSearchParams({ kind, id })}`;

/** The files that a page is sending, a few at a time; each tells how far it is and can be called off. */
export class Uploads {
	#list = $state.raw<readonly Upload[]>([]);
	readonly #files = new Map<number, File>();
	readonly #requests = new Map<number, XMLHttpRequest>();
	readonly #address: () => string;
	readonly #stored: (name: string) => void;
	#last = 0;

	constructor({ address, stored }: { address: () => string; stored: (name: string) => void }) {
		this.#address = address;
		this.#stored = stored;
	}

	/** What is on its way or did not arrive, in order. */
	get list(): readonly Upload[] {
		return this.#list;
	}

	get isBusy(): boolean {
		return this.#list.some(({ state }) => state !== 'refused' && state !== 'lost');
	}

	send(files: Iterable<File>): void {
		for (const file of files) {
			const key = ++this.#last;
			this.#files.set(key, file);
			const facts = { key, name: file.name, sizeBytes: file.size, sent: 0 };
			this.#list = [...this.#list, { ...facts, state: 'waiting', fault: null }];
		}
		this.#next();
	}

	again(key: number): void {
		this.#change(key, { state: 'waiting', sent: 0, fault: null });
		this.#next();
	}

	/** Calls a file off, or takes its line away when it has ended. */
	drop(key: number): void {
		this.#requests.get(key)?.abort();
		this.#forget(key);
		this.#next();
	}

	/** The page is left: nothing goes on behind its back. */
	stop(): void {
		for (const request of this.#requests.values()) request.abort();
	}

	#next(): void {
		if (this.#requests.size >= AT_ONCE) return;
		const waiting = this.#list.find(({ state }) => state === 'waiting');
		const file = waiting && this.#files.get(waiting.key);
		if (!waiting || !file) return;
		this.#start(waiting.key, file);
		this.#next();
	}

	/** Only XMLHttpRequest tells how far it is. */
	#start(key: number, file: File): void {
		const request = new XMLHttpRequest();
		this.#requests.set(key, request);
		this.#change(key, { state: 'sending' });
		request.upload.onprogress = ({ loaded }) =>
			this.#change(key, { sent: Math.min(loaded, file.size) });
		request.upload.onload = () => this.#change(key, { state: 'storing', sent: file.size });
		request.onloadend = () => {
			this.#requests.delete(key);
			this.#answered(key, request);
			this.#next();
		};
		request.open('POST', this.#address());
		request.setRequestHeader('accept', 'application/json');
		const form = new FormData();
		form.set('file', file, file.name);
		request.send(form);
	}

	#answered(key: number, request: XMLHttpRequest): void {
		const answer = UploadAnswer.safeParse(parsed(request.responseText));
		const [file] = answer.success ? answer.data.files : [];
		if (!file) return this.#change(key, { state: 'lost' });
		if (!file.ok) return this.#change(key, { state: 'refused', fault: file.reason });
		this.#forget(key);
		this.#stored(file.name);
	}

	#forget(key: number): void {
		this.#files.delete(key);
		this.#list = this.#list.filter((upload) => upload.key !== key);
	}

	#change(key: number, facts: Partial<Upload>): void {
		this.#list = this.#list.map((upload) =>
			upload.key === key ? { ...upload, ...facts } : upload
		);
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
