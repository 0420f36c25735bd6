import { expect, test } from 'vitest';
import type { PersonCandidate } from '#lib/features/matching/model.ts';
import { NOBODY, surestLinks } from './links.ts';

const one = (id: string, isStrong = true): PersonCandidate => ({
	...{ id, name: id, detail: null, score: 60, reasons: [], doubts: [], isStrong },
	...{ companyId: null, isElsewhere: false }
});
const nothing = { people: [], leads: [], companies: [] };

test('[T70, C76] whoever is a contact is linked before a lead and before a company, and only without doubt', () => {
	const anna = { ...one('anna'), companyId: 'test' };
	const all = { people: [anna], leads: [one('lead')], companies: [one('swede')] };
	expect(surestLinks(all)).toEqual({ ...NOBODY, contactId: 'anna', companyId: 'test' });
	expect(surestLinks({ ...all, people: [] })).toEqual({ ...NOBODY, leadId: 'lead' });
	expect(surestLinks({ ...nothing, companies: [one('swede')] }).companyId).toBe('swede');
	const two = { ...nothing, companies: [one('test'), one('swede')] };
	expect(surestLinks(two)).toEqual(NOBODY);
	expect(surestLinks({ ...nothing, people: [one('anna', false)] })).toEqual(NOBODY);
});
