/** What was asked for did not come in the time that there is for it; it may come about yet. */
export class TimedOut extends Error {
	override readonly name = 'TimedOut';
}

/** The answer, or TimedOut after so many milliseconds: whoever waits for a network must be able to stop. */
export async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
	const { promise, reject } = Promise.withResolvers<never>();
	const timer = setTimeout(() => reject(new TimedOut(`no answer within ${ms} ms`)), ms);
	try {
		return await Promise.race([work, promise]);
	} finally {
		clearTimeout(timer);
	}
}
