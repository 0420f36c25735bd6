/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />
import { build, version } from '$service-worker';

// The type of `self` in a worker; the compiler's own says it is a window.
const worker = globalThis.self as unknown as ServiceWorkerGlobalScope;

const CACHE = `offline-${version}`;
const PAGE = '/offline';
const ICON = '/icon.svg';
/** What the page needs to look right: its styles and the Latin half of the typeface. */
const LOOKS = build.filter((file) => file.endsWith('.css') || /latin-wght-normal/.test(file));

worker.addEventListener('install', (event) => {
	event.waitUntil(keep().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
	event.waitUntil(dropOldCaches().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
	const { request } = event;
	if (request.method !== 'GET') return;
	if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => kept(PAGE)));
	else if (isKept(request.url)) event.respondWith(fetch(request).catch(() => kept(request.url)));
});

async function keep(): Promise<void> {
	const cache = await caches.open(CACHE);
	await cache.addAll([PAGE, ICON, ...LOOKS]);
}

async function dropOldCaches(): Promise<void> {
	const names = await caches.keys();
	await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

function isKept(address: string): boolean {
	const { origin, pathname } = new URL(address);
	return origin === worker.location.origin && (pathname === ICON || LOOKS.includes(pathname));
}

async function kept(address: string): Promise<Response> {
	return (await caches.match(address)) ?? Response.error();
}
