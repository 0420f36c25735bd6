const UNIQUE_VIOLATION = '23505';
// A restricted delete has its own code since Postgres 18.
const FOREIGN_KEY_VIOLATIONS: readonly unknown[] = ['23503', '23001'];

/** True when the database refused a statement because such a row exists already. */
export const isTaken = (thrown: unknown): boolean => codeOf(thrown) === UNIQUE_VIOLATION;

/** True when the database refused a statement because other rows refer to this one, or it to none. */
export const isReferred = (thrown: unknown): boolean =>
	FOREIGN_KEY_VIOLATIONS.includes(codeOf(thrown));

/** Drizzle wraps what the driver threw, sometimes more than once. */
function codeOf(thrown: unknown): unknown {
	if (!(thrown instanceof Error)) return null;
	return 'code' in thrown ? thrown.code : codeOf(thrown.cause);
}
