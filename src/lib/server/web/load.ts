import type { RequestEvent } from '@sveltejs/kit';
import type { Ctx } from '../context.ts';
import { ctxOf } from './context.ts';
import { orErrorPage } from './errors.ts';

/** A page's load: reads with the person's context; NotFound, Forbidden and the like become error pages. */
export function loadPage<Value>(
	event: RequestEvent,
	read: (ctx: Ctx) => Promise<Value>
): Promise<Value> {
	const ctx = ctxOf(event);
	return orErrorPage(() => read(ctx));
}
