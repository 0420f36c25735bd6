import { version } from '$service-worker';
import { pagesOf, WHO } from '#lib/client/device/page-caches.ts';

// What the loads of visited pages answered, kept per person. Pages are drawn from it by the program that
// is on the device, so that a new build leaves none behind.

const WHO_KEY = '/who';
const AT = 'x-kept-at';
const BUILD = 'x-kept-build';
const DATA = '/__data.json';
/** The list of kept records says which of these stay; of other pages the latest do. */
const RECORD_PAGE = /^\/[a-z]+\/[0-9a-f]{8}-[0-9a-f-]{27}$/;
const OTHERS_MOST = 40;

export async function setWho(userId: string): Promise<void> {
	await (await caches.open(WHO)).put(WHO_KEY, new Response(userId));
}

export async function who(): Promise<string | null> {
	// Opening it would make it: looking leaves nothing behind.
	const answer = await caches.match(WHO_KEY, { cacheName: WHO });
	return answer ? answer.text() : null;
}

/** Address of the load's answer for a page. */
export function dataOf({ pathname, search, origin }: URL): URL {
	return new URL((pathname === '/' ? '' : pathname) + DATA + search, origin);
}

/** Address of the page that a load's answer belongs to, without what Kit adds; null for other requests. */
export function pageOf(url: URL): URL | null {
	if (!url.pathname.endsWith(DATA)) return null;
	const page = new URL(url);
	page.pathname = url.pathname.slice(0, -DATA.length) || '/';
	for (const name of [...page.searchParams.keys()]) {
		if (name.startsWith('x-sveltekit-')) page.searchParams.delete(name);
	}
	return page;
}

export async function keptData(page: URL): Promise<Response | null> {
	const userId = await who();
	if (userId === null) return null;
	const cache = await caches.open(pagesOf(userId));
	const exact = await cache.match(keyOf(page));
	if (exact) return exact;
	// A list that is filtered otherwise is another list; everything else is the same page.
	const isSamePage = RECORD_PAGE.test(page.pathname) || /\/(new|on-device)$/.test(page.pathname);
	return isSamePage ? ((await cache.match(keyOf(page), { ignoreSearch: true })) ?? null) : null;
}

/** Keeps what a page needs, unless that was done so lately. */
export async function keepPage(userId: string, page: URL, freshMs: number): Promise<void> {
	const cache = await caches.open(pagesOf(userId));
	const known = await cache.match(keyOf(page));
	if (known && isFresh(known, freshMs)) return;
	const answer = await fetch(dataOf(page), { credentials: 'same-origin' });
	if (!answer.ok) return;
	const body = await answer.text();
	// Signed out meanwhile, or somebody else came: nothing more is kept of this person.
	if (!isMeant(body) || (await who()) !== userId) return;
	const headers = {
		'content-type': 'application/json',
		[AT]: String(Date.now()),
		[BUILD]: version
	};
	// Put anew and not in place: the order of the keys is the order of the visits.
	await cache.delete(keyOf(page));
	await cache.put(keyOf(page), new Response(body, { headers }));
	await makeRoom(cache);
}

/** Pages kept by an earlier build are kept again, so that what they show is what this build expects. */
export async function renewPages(userId: string): Promise<void> {
	const cache = await caches.open(pagesOf(userId));
	for (const { url } of await cache.keys()) {
		const known = await cache.match(url);
		if (known?.headers.get(BUILD) !== version) await keepPage(userId, new URL(url), 0);
	}
}

export async function forgetPage(userId: string, path: string): Promise<void> {
	const cache = await caches.open(pagesOf(userId));
	for (const { url } of await cache.keys()) {
		if (new URL(url).pathname === path) await cache.delete(url);
	}
}

const keyOf = ({ pathname, search, origin }: URL) => origin + pathname + search;

const isFresh = ({ headers }: Response, freshMs: number) =>
	headers.get(BUILD) === version && Date.now() - Number(headers.get(AT)) < freshMs;

/** The data of a page, or the way to one; never the way to the sign-in page. */
const isMeant = (body: string) =>
	body.startsWith('{"type":"data"') ||
	(body.startsWith('{"type":"redirect"') && !body.includes('/sign-in'));

async function makeRoom(cache: Cache): Promise<void> {
	const others = (await cache.keys()).filter(({ url }) => !RECORD_PAGE.test(new URL(url).pathname));
	await Promise.all(others.slice(0, -OTHERS_MOST).map((key) => cache.delete(key)));
}
