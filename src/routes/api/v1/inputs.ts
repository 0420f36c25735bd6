import { z } from 'zod';

/** An id as JSON gives it; written in whatever letters, found in small ones. */
export const id = z.uuid().toLowerCase();

/** Null takes it away, leaving it out leaves it as it is. */
export const optionalId = id.nullish();

/** The id in a value of a new record; null for none. What it refers to, the command finds out. */
export const idIn = (value: unknown): string | null | undefined =>
	value === undefined
		? undefined
		: typeof value === 'string' && value !== ''
			? value.toLowerCase()
			: null;
