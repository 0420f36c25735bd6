import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RIGHTS_DOCUMENT, rightsDocument } from './rights-document.ts';

test('the printed rights are those of the standard roles [core 3.2]; print them anew with scripts/print-rights.ts', () => {
	expect(readFileSync(RIGHTS_DOCUMENT, 'utf8')).toBe(rightsDocument());
});
