import type { DemoPerson } from './people.ts';

export interface DemoLead {
	readonly name: string;
	readonly title?: string;
	readonly email?: string;
	readonly phone?: string;
	readonly company?: string;
	readonly country?: string;
	readonly city?: string;
	readonly source: string;
	readonly owner: DemoPerson;
	readonly notes?: string;
	readonly disqualified?: true;
}

/** People who may become customers; the second and the fourth are at companies that the demo knows. */
export const demoLeads = [
	{
		name: 'Henrike Vogel',
		title: 'Head of logistics',
		email: 'h.vogel@vogel-frucht.example',
		phone: '+49 421 900800',
		company: 'Vogel Fruchtimport GmbH',
		country: 'DE',
		city: 'Bremen',
		source: 'Exhibition',
		owner: 'ann',
		notes: 'Asked for cold-store racking, two aisles, before the autumn season.'
	},
	{
		name: 'Jonas Petersen',
		email: 'jonas.petersen@nordlicht-logistik.example',
		company: 'Nordlicht Logistik',
		country: 'DE',
		city: 'Hamburg',
		source: 'Website form',
		owner: 'ann',
		notes: 'Wants the same shelving as hall 4 for the new site.'
	},
	{
		name: 'Marta Zielińska',
		title: 'Purchasing',
		email: 'marta@zielone-pole.example',
		phone: '+48 22 555 01 23',
		company: 'Zielone Pole Sp. z o.o.',
		country: 'PL',
		city: 'Poznań',
		source: 'Website e-mail',
		owner: 'bob'
	},
	{
		name: 'Dr. Paul Adler',
		phone: '+49 381 445566',
		company: 'Ostsee Pharma Service',
		country: 'DE',
		source: 'Exhibition',
		owner: 'cleo'
	},
	{
		name: 'Kim Anders',
		email: 'kim.anders.sells@gmail.com',
		source: 'Website form',
		owner: 'bob',
		notes: 'Only wanted to sell us advertising.',
		disqualified: true
	},
	{
		name: 'Linnea Åkesson',
		email: 'linnea@akesson-snickeri.example',
		company: 'Åkesson Snickeri AB',
		country: 'SE',
		city: 'Lund',
		source: 'Distributor',
		owner: 'tina'
	}
] as const satisfies readonly DemoLead[];
