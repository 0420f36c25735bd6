import type { RequestEvent } from '@sveltejs/kit';
import type { Visit } from '../api/serve.ts';
import { pool } from '../db/pool.ts';
import { createLog } from '../log.ts';
import { inLocale } from './locale.ts';

/** What the API needs to know of a request beside itself. */
export const visitOf = (event: RequestEvent): Visit => ({
	db: pool().db,
	log: createLog({ process: 'web', requestId: event.locals.requestId }),
	now: new Date(),
	session: event.locals.actor,
	speak: (language, run) => inLocale(event, language, run)
});
