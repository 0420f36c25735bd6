import { invalidate, invalidateAll } from '$app/navigation';
import { navigating } from '$app/state';

/**
 * Runs loads of the open page again, all or those that depend on what is named; never while one is on the
 * way to another page or to a part of this one: Kit would call that off.
 */
export async function reload(dependency?: string): Promise<void> {
	while (navigating.complete) await navigating.complete.catch(() => {});
	await (dependency === undefined ? invalidateAll() : invalidate(dependency));
}
