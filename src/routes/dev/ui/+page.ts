import { error } from '@sveltejs/kit';
import { dev } from '$app/environment';

/** The component gallery is a workbench, not a part of the product. */
export function load() {
	if (!dev) error(404);
}
