/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />
import { workerMessage } from '#lib/client/device/worker-messages.ts';
import {
	dataOf,
	forgetPage,
	keepPage,
	keptData,
	pageOf,
	renewPages,
	setWho
} from './offline/pages.ts';
import {
	dropOldPrograms,
	keepProgram,
	keptShell,
	OFFLINE_PAGE,
	offlinePage,
	partOfProgram,
	renewShell
} from './offline/program.ts';

// The type of `self` in a worker; the compiler's own says it is a window.
const worker = globalThis.self as unknown as ServiceWorkerGlobalScope;

/** The page that says what is on this device and what is not. */
const ON_DEVICE = '/on-device';
/** What is kept is shown when the server has not answered by then. */
const PATIENCE_MS = 4_000;
/** A server that says this is away, whoever says it in its place. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

worker.addEventListener('install', (event) => {
	event.waitUntil(keepProgram().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
	event.waitUntil(dropOldPrograms().then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event) => {
	const message = workerMessage.safeParse(event.data);
	if (!message.success) return;
	// One after the other: nothing is kept before it is known of whom. Without a line it is for next time.
	heeded = heeded.then(() => heed(message.data)).catch(() => {});
	event.waitUntil(heeded);
});

worker.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
	if (request.mode === 'navigate') event.respondWith(document(event, url));
	else if (pageOf(url)) event.respondWith(data(event, url));
	else if (url.pathname.startsWith('/_app/immutable/') || url.pathname === '/icon.svg')
		event.respondWith(part(request, url));
});

let heeded: Promise<void> = Promise.resolve();

async function heed(message: ReturnType<typeof workerMessage.parse>): Promise<void> {
	switch (message.type) {
		case 'who':
			await setWho(message.userId);
			await renewShell();
			await renewPages(message.userId);
			break;
		case 'keep':
			for (const address of message.addresses) {
				const page = new URL(address, worker.location.origin);
				await keepPage(message.userId, page, message.freshMs);
			}
			break;
		case 'forget':
			await forgetPage(message.userId, message.address);
	}
}

/** Parts of the program never change under their name. */
async function part(request: Request, url: URL): Promise<Response> {
	return (await partOfProgram(url)) ?? fetch(request);
}

/** A page itself: from the server, otherwise the program, which draws it from what is kept. */
async function document(event: FetchEvent, url: URL): Promise<Response> {
	const asked = answerTo(event.request);
	const kept = (await keptData(url)) ?? (await keptData(new URL(ON_DEVICE, url)));
	const shell = kept && url.pathname !== OFFLINE_PAGE ? await keptShell() : null;
	if (!shell) return (await asked) ?? offlinePage();
	const isHere = (await keptData(url)) !== null;
	const answer = await patiently(asked, isHere, shell);
	if (answer === shell) drawing.add(event.resultingClientId);
	return answer;
}

/** Pages that are being drawn from what is kept: the first thing they ask for is what they show. */
const drawing = new Set<string>();

/** What a page shows: from the server, otherwise what is kept, otherwise the way to what is. */
async function data(event: FetchEvent, url: URL): Promise<Response> {
	const page = pageOf(url) ?? url;
	const asked = answerTo(event.request);
	const orNone = async () => (await asked) ?? Response.error();
	if (await isReload(event, page)) return orNone();
	const kept = await keptData(page);
	if (kept) return patiently(asked, true, kept);
	const list = page.pathname === ON_DEVICE ? null : await keptData(new URL(ON_DEVICE, url));
	if (!list) return orNone();
	const missing = new URLSearchParams({ missing: page.pathname + page.search });
	const way = { type: 'redirect', location: `${ON_DEVICE}?${missing}` };
	return patiently(asked, false, Response.json(way));
}

/**
 * A page that is open and looks again at a part of itself is better off with what it shows than with
 * something older.
 */
async function isReload(event: FetchEvent, page: URL): Promise<boolean> {
	if (drawing.delete(event.clientId)) return false;
	const client = await worker.clients.get(event.clientId);
	return client !== undefined && dataOf(new URL(client.url)).href === dataOf(page).href;
}

/** The server's answer; what is kept when there is none, or, if it may be, when it takes long. */
async function patiently(
	asked: Promise<Response | null>,
	mayOvertake: boolean,
	kept: Response
): Promise<Response> {
	const answer = asked.then((response) =>
		response && !AWAY.has(response.status) ? response : kept
	);
	if (!mayOvertake) return answer;
	const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
	return Promise.race([answer, late]);
}

/** The server's answer, null when there is no line. Asked for before anything is looked up here. */
const answerTo = (request: Request): Promise<Response | null> => fetch(request).catch(() => null);
