import { z } from 'zod';

const MOST_DRAFTS = 100;
const LONGEST_NAME = 60;

const name = z
	.string()
	.regex(/^[A-Za-z][A-Za-z0-9]*$/)
	.max(LONGEST_NAME);

/** Something typed that stayed on a device when the record's socket was closed for good. */
const Draft = z.object({
	/** Made by the device: handing in the same again changes nothing. */
	id: z.uuid(),
	kind: name,
	recordId: z.uuid(),
	field: name,
	/** A value of the field, or a formatted text as its JSON. */
	value: z.json(),
	/** What the device believed the record to hold. */
	current: z.json().default(null)
});

/** What a device hands in, to be found under "Kept for you". */
export const HandInDrafts = z.object({ drafts: z.array(Draft).min(1).max(MOST_DRAFTS) });
export type HandInDrafts = z.output<typeof HandInDrafts>;
