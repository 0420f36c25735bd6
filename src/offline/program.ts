import { build, version } from '$service-worker';

// The program itself: scripts, styles and typefaces of one build. Their names change with their content.

const PREFIX = 'program-';
const CACHE = PREFIX + version;
/** Of earlier builds, only the last is kept: a tab that is still open may ask for a part of it. */
const BUILDS = 2;

/** Shown when nothing else can be, also to whoever is not signed in. */
export const OFFLINE_PAGE = '/offline';
const ICON = '/icon.svg';
/** An address that answers the program without a page: it then draws whatever address it stands at. */
const SHELL = '/shell';

/** Takes this build onto the device. */
export async function keepProgram(): Promise<void> {
	const cache = await caches.open(CACHE);
	await cache.addAll([OFFLINE_PAGE, ICON, SHELL, ...build]);
}

export async function dropOldPrograms(): Promise<void> {
	// In the order in which they were made.
	const programs = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
	const old = programs.filter((name) => name !== CACHE).slice(0, -(BUILDS - 1));
	// Before there were kept pages, the caches had this name.
	const former = (await caches.keys()).filter((name) => name.startsWith('offline-'));
	await Promise.all([...old, ...former].map((name) => caches.delete(name)));
}

/** A part of this build or an earlier one; null for what is none. */
export async function partOfProgram(url: URL): Promise<Response | null> {
	if (!url.pathname.startsWith('/_app/immutable/') && url.pathname !== ICON) return null;
	return (await caches.match(url.pathname)) ?? null;
}

/** Takes the shell anew in the language and colours of whoever has signed in, if it is still of this build. */
export async function renewShell(): Promise<void> {
	const answer = await fetch(SHELL);
	const html = await answer.clone().text();
	const parts = html.match(/\/_app\/immutable\/[\w./-]+/g) ?? [];
	const isOurs = parts.length > 0 && parts.every((part) => build.includes(part));
	if (answer.ok && isOurs) await (await caches.open(CACHE)).put(SHELL, answer);
}

export async function keptShell(): Promise<Response | null> {
	return (await (await caches.open(CACHE)).match(SHELL)) ?? null;
}

export async function offlinePage(): Promise<Response> {
	return (await caches.match(OFFLINE_PAGE)) ?? Response.error();
}
