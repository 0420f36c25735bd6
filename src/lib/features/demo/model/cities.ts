/** Cities of the people it sells to, as they are called elsewhere too. */
export const demoCities = [
	{ country: 'DE', name: 'Bremen', alternatives: '' },
	{ country: 'DE', name: 'Hamburg', alternatives: 'Hambourg' },
	{ country: 'DE', name: 'Köln', alternatives: 'Cologne, Koeln' },
	{ country: 'DE', name: 'Lübeck', alternatives: 'Luebeck' },
	{ country: 'DK', name: 'Odense', alternatives: '' },
	{ country: 'NL', name: 'Rotterdam', alternatives: '' },
	{ country: 'PL', name: 'Poznań', alternatives: 'Poznan, Posen' },
	{ country: 'SE', name: 'Lund', alternatives: '' },
	{ country: 'SE', name: 'Malmö', alternatives: 'Malmoe' },
	{ country: 'UA', name: 'Kyiv', alternatives: 'Kiev, Kiew' }
] as const;
