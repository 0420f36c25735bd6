import { randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { z } from 'zod';
import type { Log } from '../context.ts';

const CHANNEL = 'live';

/** What web processes tell each other about the people at their pages. */
export const NEIGHBOURS = 'neighbours';

/** What arrives on the channel `live`: written by commits, commands and the triggers of sessions and rights. */
const notification = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('record'),
		kind: z.string(),
		id: z.uuid(),
		rev: z.number(),
		epoch: z.number().nullish(),
		topics: z.array(z.string()),
		moved: z.boolean().optional(),
		act: z.string()
	}),
	z.object({ type: z.literal('session'), session: z.string(), user: z.string() }),
	z.object({ type: z.literal('rights'), user: z.string().nullable() }),
	z.object({
		type: z.literal('topic'),
		topic: z.string(),
		ids: z.array(z.string()),
		rev: z.number()
	}),
	z.object({ type: z.literal('beat'), hub: z.string() })
]);

export type Notification = Exclude<z.infer<typeof notification>, { type: 'beat' }>;

export interface Ears {
	hear(notification: Notification): void;
	/** What was said on the channel `neighbours`, as it came. */
	overhear(payload: string): void;
	/** The line was down: whatever was said meanwhile is lost. */
	resync(): void;
}

/**
 * Listens with a connection of its own. Every few seconds it sends itself a beat;
 * a beat that stays away means a dead line, whatever the driver believes, and a new one is opened.
 */
export class Listener {
	readonly #sql: Sql;
	readonly #ears: Ears;
	readonly #log: Log;
	readonly #beatMs: number;
	readonly #hub: string = randomUUID();
	#stop: (() => Promise<void>) | null = null;
	#timer: NodeJS.Timeout | null = null;
	#heardAt = 0;
	#closed = false;

	constructor(sql: Sql, ears: Ears, log: Log, beatMs = 5_000) {
		this.#sql = sql;
		this.#ears = ears;
		this.#log = log;
		this.#beatMs = beatMs;
	}

	async start(): Promise<void> {
		await this.#connect();
		if (this.#closed) return;
		this.#timer = setInterval(() => void this.#beat(), this.#beatMs);
		this.#timer.unref();
	}

	async close(): Promise<void> {
		this.#closed = true;
		if (this.#timer) clearInterval(this.#timer);
		await this.#stop?.();
	}

	async #connect(): Promise<void> {
		const line = openLine(this.#sql);
		this.#stop = () => line.end({ timeout: 0 });
		try {
			// First, so that it is open when the line counts as open.
			await line.listen(NEIGHBOURS, (payload) => this.#ears.overhear(payload));
			await line.listen(
				CHANNEL,
				(payload) => this.#take(payload),
				() => {
					this.#heardAt = Date.now();
					this.#ears.resync();
				}
			);
		} catch (error) {
			// Closing while the line is being opened breaks it off.
			if (!this.#closed) this.#log.warn('listen failed', { error });
		}
	}

	async #beat(): Promise<void> {
		if (Date.now() - this.#heardAt > this.#beatMs * 2.5) {
			this.#heardAt = Date.now();
			await this.#stop?.();
			if (!this.#closed) await this.#connect();
		}
		const payload = JSON.stringify({ type: 'beat', hub: this.#hub });
		await this.#sql`select pg_notify(${CHANNEL}, ${payload})`.catch((error: unknown) =>
			this.#log.warn('beat failed', { error })
		);
	}

	#take(payload: string): void {
		const parsed = notification.safeParse(parseJson(payload));
		if (!parsed.success) {
			this.#log.warn('notification not understood', { cause: parsed.error.message });
		} else if (parsed.data.type !== 'beat') {
			this.#ears.hear(parsed.data);
		} else if (parsed.data.hub === this.#hub) {
			this.#heardAt = Date.now();
		}
	}
}

/** A client of one connection to where the pool goes; the pool's own LISTEN cannot be opened anew. */
function openLine(pool: Sql): Sql {
	const settings = {
		...pool.options,
		max: 1,
		idle_timeout: null,
		max_lifetime: null,
		onclose: undefined
	};
	// postgres.js takes its own parsed options back, which its types do not say.
	return postgres(settings as unknown as Parameters<typeof postgres>[0] & object);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null; // anybody may NOTIFY; what is not JSON is not ours
	}
}
