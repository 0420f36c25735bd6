const TRIED = 'new-program-tried';
const AGAIN_MS = 60_000;
const PATIENCE_MS = 10_000;

/**
 * The server speaks a newer language than this page: gets the newer program and starts again with it.
 * What was typed is on the device by now. Not twice in a minute: then the server itself has to be waited for.
 */
export async function startNewProgram(): Promise<void> {
	if (Date.now() - Number(sessionStorage.getItem(TRIED) ?? 0) < AGAIN_MS) return;
	sessionStorage.setItem(TRIED, String(Date.now()));
	if ('serviceWorker' in navigator) await updated().catch(() => {});
	location.reload();
}

/** Resolves when the newer worker is in charge, or there is none, or it takes too long. */
async function updated(): Promise<void> {
	const registration = await navigator.serviceWorker.getRegistration();
	if (!registration) return;
	const inCharge = new Promise<void>((resolve) =>
		navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true })
	);
	const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
	await registration.update();
	if (registration.installing ?? registration.waiting) await Promise.race([inCharge, late]);
}
