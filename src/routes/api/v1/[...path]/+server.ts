import { visitOf } from '#lib/server/web/visit.ts';
import { api } from '../api.ts';
import type { RequestHandler } from './$types';

/** Every method and every address below /api/v1: what there is to answer, the kinds of record say. */
export const fallback: RequestHandler = (event) => api.handle(event.request, visitOf(event));
