// Names of the caches with kept pages: the service worker fills them, a page takes them away.

export const pagesOf = (userId: string) => `pages-${userId}`;

/** Says whose pages are shown while nobody can be asked. */
export const WHO = 'who';

/** Takes a person's kept pages off this device. */
export async function deletePages(userId: string): Promise<void> {
	// There are none over plain http.
	if ('caches' in globalThis)
		await Promise.all([caches.delete(WHO), caches.delete(pagesOf(userId))]);
}
