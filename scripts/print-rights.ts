import { writeFileSync } from 'node:fs';
import { RIGHTS_DOCUMENT, rightsDocument } from './support/rights-document.ts';

writeFileSync(RIGHTS_DOCUMENT, rightsDocument());
