const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** True when the database refused a statement because such a row exists already. */
export const isTaken = (thrown: unknown): boolean => codeOf(thrown) === UNIQUE_VIOLATION;

/** True when the database refused a statement because other rows refer to this one, or it to none. */
export const isReferred = (thrown: unknown): boolean => codeOf(thrown) === FOREIGN_KEY_VIOLATION;

/** Drizzle wraps what the driver threw, sometimes more than once. */
function codeOf(thrown: unknown): unknown {
	if (!(thrown instanceof Error)) return null;
	return 'code' in thrown ? thrown.code : codeOf(thrown.cause);
}
