/** The people of the demo company; all of them sign in with `DEMO_PASSWORD`. */
export const DEMO_PASSWORD = 'tandem-demo';

export type DemoDepartment = 'hamburg' | 'malmo';

export const demoPeople = [
	{ key: 'ann', name: 'Ann Becker', role: 'manager', department: 'hamburg', language: 'en' },
	{
		key: 'bob',
		name: 'Bob Okafor',
		role: 'manager',
		department: 'hamburg',
		language: 'en',
		isHead: true
	},
	{ key: 'cleo', name: 'Cleo Martin', role: 'manager', department: 'hamburg', language: 'de' },
	{ key: 'olga', name: 'Olga Petrova', role: 'operator', department: 'hamburg', language: 'en' },
	{ key: 'carl', name: 'Carl Weiss', role: 'chief', department: null, language: 'en' },
	{ key: 'adam', name: 'Adam Novak', role: 'administrator', department: 'hamburg', language: 'en' },
	{
		key: 'tina',
		name: 'Tina Lindqvist',
		role: 'manager',
		department: 'malmo',
		language: 'en',
		isHead: true
	},
	{ key: 'erik', name: 'Erik Dahl', role: 'co_worker', department: 'malmo', language: 'en' }
] as const;

export type DemoPerson = (typeof demoPeople)[number]['key'];

export const demoEmail = (key: DemoPerson) => `${key}@tandem.example`;
