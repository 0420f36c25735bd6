import { expect, type Browser, type Page } from '@playwright/test';
import type { DemoPerson } from '#lib/features/demo/model.ts';
import { stateLine } from './deal-page.ts';
import { signIn, signInByForm } from './support.ts';

/** Connections come back after a wait that grows to some seconds. */
export const PATIENCE = { timeout: 20_000 };

/** A page whose sockets can be cut; with a session of its own when that is to end. */
export async function traveller(
	browser: Browser,
	name: DemoPerson,
	{ ownSession = false } = {}
): Promise<Page> {
	const context = await browser.newContext({ serviceWorkers: 'allow' });
	// Every page of the context, also those that are opened later.
	await context.addInitScript(rememberSockets);
	const page = await context.newPage();
	await (ownSession ? signInByForm : signIn)(page, name);
	return page;
}

/** A socket that can be lost from one moment to the next: a browser that is closing one waits for an answer. */
interface Cuttable extends WebSocket {
	cut(code: number): void;
}

function rememberSockets() {
	const sockets: Cuttable[] = [];
	Object.assign(window, { sockets });
	window.WebSocket = class extends WebSocket implements Cuttable {
		constructor(...order: ConstructorParameters<typeof WebSocket>) {
			super(...order);
			sockets.push(this);
			const code = Number(sessionStorage.getItem('closeWith') ?? 0);
			if (code === 0 || !String(order[0]).includes('/ws/record/')) return;
			sessionStorage.removeItem('closeWith');
			setTimeout(() => this.cut(code));
		}

		cut(code: number) {
			if (this.readyState > WebSocket.OPEN) return;
			const ends = this.onclose;
			Object.assign(this, { onmessage: null, onerror: null, onclose: null });
			this.close();
			ends?.call(this, new CloseEvent('close', { code }));
		}
	};
}

/**
 * Takes the line away as a tunnel does: nothing new gets through, and sockets that are open are cut,
 * which `setOffline` alone leaves to time.
 */
export async function goOffline(page: Page): Promise<void> {
	await page.context().setOffline(true);
	await cutSockets(page);
	await expect(stateLine(page)).toHaveAttribute('data-state', 'offline', PATIENCE);
}

/** They come back by themselves when there is a line. */
export const cutSockets = (page: Page) =>
	page.evaluate(() => {
		const { sockets } = window as unknown as { sockets: Cuttable[] };
		for (const socket of sockets) socket.cut(1006);
	});

export const goOnline = (page: Page) => page.context().setOffline(false);

/** Lets the server end the next socket of a record with this code. */
export const closeNextWith = (page: Page, code: number) =>
	page.evaluate((code) => sessionStorage.setItem('closeWith', String(code)), code);

/** Waits until the worker of this build is in charge and these pages are kept. */
export async function untilKept(page: Page, ...paths: string[]): Promise<void> {
	const areKept = () =>
		page.evaluate(async (paths) => {
			if (!navigator.serviceWorker.controller) return false;
			const kept = paths.map((path) => caches.match(location.origin + path));
			return (await Promise.all(kept)).every(Boolean);
		}, paths);
	await expect.poll(areKept, { timeout: 30_000 }).toBe(true);
}

/** Names of what this browser keeps: databases and caches with anybody's data. */
export const leftOnDevice = (page: Page) =>
	page.evaluate(async () => {
		const databases = (await indexedDB.databases()).map(({ name }) => name ?? '');
		const kept = (await caches.keys()).filter((name) => !name.startsWith('program-'));
		return [...databases, ...kept];
	});
