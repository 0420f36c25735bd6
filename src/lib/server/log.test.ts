import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

test('a failed statement is logged with its reason, without what people typed', () => {
	const lines: string[] = [];
	const log = createLog({ process: 'test', write: (line) => lines.push(line) });
	const reason = new Error('relation does not exist');
	log.error('request.failed', {
		error: new DrizzleQueryError('select $1', ['Ann Becker'], reason)
	});
	expect(JSON.parse(lines[0] ?? '')).toMatchObject({
		level: 'error',
		error: { message: 'Query failed: relation does not exist' }
	});
	expect(lines.join()).not.toContain('Ann Becker');
});
