import { expect, test } from 'vitest';
import { MATRIX } from '#tests/e2e/rights/matrix.ts';
import { listRoutes } from '#tests/e2e/routes.ts';

test('every page, endpoint, form action and operation of the API has its row in the rights matrix', () => {
	expect(Object.keys(MATRIX).sort()).toEqual(listRoutes());
});
