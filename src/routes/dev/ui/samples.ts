export const people = [
	'Ann Becker',
	'Bob Okafor',
	'Cleo Martin',
	'Olga Petrova',
	'Carl Weiss',
	'Adam Novak',
	'Tina Lindqvist'
].map((name) => ({ id: name.toLowerCase(), name }));

export const tags = [
	'Key account',
	'Renewal',
	'Messe Hannover',
	'Verpackungsmittelgroßhandel Nord'
];

export const companies = [
	{ value: '1', label: 'Nordlicht Logistik GmbH', hint: 'Hamburg' },
	{ value: '2', label: 'Müller & Söhne KG', hint: 'Bremen' },
	{
		value: '3',
		label: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
		hint: 'Wien'
	},
	{ value: '4', label: 'Ørsted Wind Services', hint: 'København' }
];
