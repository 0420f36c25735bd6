import { describe, expect } from 'vitest';
import { inRollback } from '#tests/support/database.ts';
import { idempotencyKeys } from '../db/tables/index.ts';
import { ANSWERS_KEPT_MS, forgetAnswers, once, ReusedKey } from './idempotency.ts';

describe('one key, one effect [SYNC-18]', () => {
	inRollback('the same question gets the stored answer, another one is refused', async (ctx) => {
		let done = 0;
		const ask = (asked: unknown) =>
			once(ctx, 'k', asked, async () => ({ answer: { done: ++done }, keep: true }));
		expect(await ask(['move', 1])).toEqual({ done: 1 });
		expect(await ask(['move', 1])).toEqual({ done: 1 });
		await expect(ask(['move', 2])).rejects.toBeInstanceOf(ReusedKey);
		expect(done).toBe(1);
	});

	inRollback('what was refused had no effect and is judged anew', async (ctx) => {
		const ask = (keep: boolean) => once(ctx, 'k', 'x', async () => ({ answer: { keep }, keep }));
		expect(await ask(false)).toEqual({ keep: false });
		expect(await ask(true)).toEqual({ keep: true });
		expect(await ask(false)).toEqual({ keep: true });
	});

	inRollback(
		'answers are forgotten when nobody asks for them any more, not before',
		async (ctx) => {
			const keep = async (key: string, ageMs: number) => {
				const at = new Date(ctx.now.getTime() - ageMs);
				await once({ ...ctx, now: at }, key, 'x', async () => ({ answer: {}, keep: true }));
			};
			await keep('old', ANSWERS_KEPT_MS + 1000);
			await keep('young', ANSWERS_KEPT_MS - 1000);
			expect(await forgetAnswers(ctx)).toBe(1);
			const left = await ctx.db.select({ key: idempotencyKeys.key }).from(idempotencyKeys);
			expect(left).toEqual([{ key: 'young' }]);
			expect(ANSWERS_KEPT_MS).toBeGreaterThan(24 * 60 * 60 * 1000);
		}
	);
});
