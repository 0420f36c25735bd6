import { Device } from '#lib/client/device/device.svelte.ts';
import { tellWorker } from '#lib/client/device/worker-messages.ts';
import { KINDS } from '#lib/shared/kinds.ts';
import type { Toasts } from '#lib/ui/toasts.svelte.ts';
import { m } from '#lib/messages/messages.js';
import { pageOfRecord, SHELL_KINDS } from './kinds.ts';
import { startNewProgram } from './new-program.ts';
import { doneSentence, notAcceptedSentence } from './offline-words.ts';

interface Shell {
	readonly userId: string;
	readonly toasts: Toasts;
	go(address: string): void;
	/** Runs loads again that depend on it. */
	invalidate(dependency: string): unknown;
}

/** The device as the shell uses it: it says what happened, and keeps the pages of what it keeps. */
export function deviceFor({ userId, toasts, go, invalidate }: Shell): Device {
	const show = { label: m.offline_show(), run: () => go('/on-device') };
	const onKept = (title: string, count: number) =>
		toasts.show(m.offline_kept_for_you({ title, count }));
	return new Device({
		onKept,
		userId,
		kinds: Object.values(SHELL_KINDS).map(({ kind }) => kind),
		onForgotten: (kind, id) =>
			void tellWorker({ type: 'forget', userId, address: pageOfRecord(kind, id) }),
		onDone: (entry, kept) => {
			const sentence = doneSentence(entry);
			if (sentence !== null) toasts.show(sentence, { tone: 'good' });
			if (kept > 0) onKept(entry.title, kept);
			invalidate(`live:${entry.kind}`);
		},
		onSetAside: ({ title }, why, count) =>
			toasts.show(notAcceptedSentence(why, title, count), { tone: 'bad', action: show }),
		onTooOld: () => startNewProgram()
	});
}

const HOUR_MS = 3_600_000;
/** A page that is visited again and again is asked for once in this time. */
const VISITED_MS = 5 * 60_000;

/** Pages that are useful without having been visited. */
const ALWAYS = [
	'/',
	'/on-device',
	...Object.values(KINDS).flatMap(({ path }) => [path, `${path}/new`])
];

/** Has the pages kept that somebody may want in a tunnel, and says whose they are. */
export async function keepFirstPages(userId: string): Promise<void> {
	await sayWho(userId);
	await tellWorker({ type: 'keep', userId, addresses: ALWAYS, freshMs: HOUR_MS });
}

/** Pages about oneself and the installation are of no use without a line. */
const NOT_KEPT = /^\/(settings|profile|imports|search|dev)(\/|$)/;

export async function keepVisited(userId: string, { pathname, search }: URL): Promise<void> {
	if (NOT_KEPT.test(pathname)) return;
	await sayWho(userId);
	const addresses = [pathname + search];
	await tellWorker({ type: 'keep', userId, addresses, freshMs: VISITED_MS });
}

const MONTH_MS = 30 * 24 * HOUR_MS;

/** Has the pages of kept records kept too, where they are missing: visits renew them. */
export async function keepPagesOf(
	userId: string,
	records: readonly { readonly kind: string; readonly id: string }[]
): Promise<void> {
	if (records.length === 0) return;
	await sayWho(userId);
	const addresses = records.map(({ kind, id }) => pageOfRecord(kind, id));
	await tellWorker({ type: 'keep', userId, addresses, freshMs: MONTH_MS });
}

let said: Promise<void> | null = null;

/** Once a page, before anything is kept: nothing is kept of nobody. */
const sayWho = (userId: string) => (said ??= tellWorker({ type: 'who', userId }));

/** Asks the browser not to clear what is kept when the disk runs full. */
export async function askToPersist(): Promise<void> {
	// Not there over plain http, whatever the types say.
	const storage = navigator.storage as StorageManager | undefined;
	if (storage?.persist && !(await storage.persisted())) await storage.persist();
}
