import { isInTransaction, type Ctx } from '../context.ts';
import { isPassing } from './replica.ts';

const ATTEMPTS = 3;

/** Tries again when the database was only busy; inside a larger transaction that is not ours to do. */
export async function retrying<Value>(ctx: Ctx, work: () => Promise<Value>): Promise<Value> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await work();
		} catch (error) {
			if (attempt === ATTEMPTS || isInTransaction(ctx) || !isPassing(error)) throw error;
		}
	}
}
