/** The four ways a command stops; each transport maps them once (404, 403, 409, 429). */
export class NotFound extends Error {
	override readonly name = 'NotFound';
}

export class Forbidden extends Error {
	override readonly name = 'Forbidden';
}

/** Somebody changed the record first. */
export class Stale extends Error {
	override readonly name = 'Stale';
}

export class TooMany extends Error {
	override readonly name = 'TooMany';
	readonly retryAfterSeconds: number;
	constructor(what: string, retryAfterSeconds: number) {
		super(what);
		this.retryAfterSeconds = retryAfterSeconds;
	}
}
