import type { RequestEvent } from '@sveltejs/kit';
import { m } from '#lib/messages/messages.js';
import type { Site } from '../auth/passkey.ts';

/** This installation as the browser of this request reaches it. */
export const siteOf = ({ url }: RequestEvent): Site => ({
	name: m.shell_app_name(),
	origin: url.origin
});
