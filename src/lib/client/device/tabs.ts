/** Word between the tabs of one person on this device: what to look at again, never what is in it. */
export class Tabs {
	readonly #name: string;
	#channel: BroadcastChannel | null = null;
	readonly #listeners = new Set<(topic: string) => void>();

	constructor(userId: string) {
		this.#name = `tandem:${userId}`;
	}

	/** Opens the channel; not before, because pages are made on the server too. */
	open(): void {
		this.#channel ??= new BroadcastChannel(this.#name);
		this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
			if (typeof data === 'string') for (const listener of this.#listeners) listener(data);
		};
	}

	tell(topic: string): void {
		this.#channel?.postMessage(topic);
	}

	hear(topic: string, listener: () => void): () => void {
		const own = (told: string) => {
			if (told === topic) listener();
		};
		this.#listeners.add(own);
		return () => this.#listeners.delete(own);
	}

	close(): void {
		this.#listeners.clear();
		this.#channel?.close();
		this.#channel = null;
	}
}
