import type { DemoPerson } from './people.ts';

/** Name, owner, responsible people, tags, days until it is due, next step, days until that. */
export const demoProjects = [
	{
		name: 'Trade fair in Hanover',
		owner: 'bob',
		responsible: ['bob', 'ann'],
		tags: ['Marketing'],
		dueIn: 48,
		nextStep: 'Sign the contract for the stand',
		stepIn: 3
	},
	{
		name: 'Price list for next year',
		owner: 'cleo',
		responsible: ['cleo'],
		tags: [],
		dueIn: 21,
		nextStep: 'Collect purchase prices',
		stepIn: -1
	},
	{
		name: 'Move of the Malmö warehouse',
		owner: 'tina',
		responsible: ['tina', 'erik'],
		tags: ['Logistics'],
		dueIn: 35,
		nextStep: 'Walk through the new hall',
		stepIn: 4
	}
] as const satisfies readonly DemoProject[];

interface DemoProject {
	readonly name: string;
	readonly owner: DemoPerson;
	readonly responsible: readonly DemoPerson[];
	readonly tags: readonly string[];
	readonly dueIn: number;
	readonly nextStep: string;
	readonly stepIn: number;
}

/** A task of the demo; `parent` and `project` count within their lists. */
export interface DemoTask {
	readonly name: string;
	readonly owner: DemoPerson;
	/** Himself when nobody is named. */
	readonly responsible?: readonly DemoPerson[];
	readonly subscribers?: readonly DemoPerson[];
	readonly parent?: number;
	readonly project?: number;
	readonly priority?: 'low' | 'high';
	readonly stage?: 'in_progress' | 'completed' | 'postponed' | 'canceled';
	readonly tags?: readonly string[];
	readonly dueIn?: number;
	readonly nextStep: string;
	readonly stepIn: number;
	readonly notes?: string;
}

export const demoTasks: readonly DemoTask[] = [
	{
		name: 'Send rack samples to Dresden',
		owner: 'ann',
		priority: 'high',
		stage: 'in_progress',
		tags: ['Samples'],
		dueIn: 2,
		nextStep: 'Get the packing list from the warehouse',
		stepIn: 0,
		notes: 'Two frames and a set of brackets. Elbtal wants them before their planning meeting.'
	},
	{
		name: 'Prepare the stand in Hanover',
		owner: 'bob',
		responsible: ['ann', 'cleo', 'olga'],
		subscribers: ['carl'],
		project: 0,
		stage: 'in_progress',
		tags: ['Trade fair'],
		dueIn: 40,
		nextStep: 'Agree on the floor plan',
		stepIn: 2,
		notes:
			'Hall 14, 36 square metres, corner position. Power and water are ordered with the contract.'
	},
	{
		name: 'Order carpets and lamps',
		owner: 'bob',
		responsible: ['cleo'],
		parent: 1,
		dueIn: 12,
		nextStep: 'Compare three offers',
		stepIn: 1
	},
	{
		name: 'Book rooms for the team',
		owner: 'ann',
		parent: 1,
		stage: 'completed',
		dueIn: 10,
		nextStep: 'Done',
		stepIn: 0
	},
	{
		name: 'Invite the key accounts',
		owner: 'bob',
		responsible: ['olga'],
		parent: 1,
		priority: 'high',
		tags: ['Key accounts'],
		dueIn: 18,
		nextStep: 'Make the list of guests',
		stepIn: -2
	},
	{
		name: 'Check dealer conditions for Spain',
		owner: 'cleo',
		priority: 'low',
		dueIn: 9,
		nextStep: 'Read the old contract',
		stepIn: 5
	},
	{
		name: 'Translate the price list',
		owner: 'cleo',
		project: 1,
		dueIn: -1,
		nextStep: 'Send the German text to the agency',
		stepIn: -1
	},
	{
		name: 'Collect the prices of the steel mills',
		owner: 'cleo',
		project: 1,
		stage: 'completed',
		nextStep: 'Done',
		stepIn: 0
	},
	{
		name: 'Figures of the quarter for the board',
		owner: 'carl',
		responsible: ['ann', 'tina'],
		priority: 'high',
		dueIn: 6,
		nextStep: 'Close the open offers first',
		stepIn: 3
	},
	{
		name: 'Clean up contacts that exist twice',
		owner: 'olga',
		stage: 'postponed',
		nextStep: 'Wait for the import of the fair',
		stepIn: 14
	},
	{
		name: 'Call Tatra Stavby about the floor plan',
		owner: 'cleo',
		dueIn: 1,
		nextStep: 'Call before ten',
		stepIn: 0
	},
	{
		name: 'Count the shelves in hall 2',
		owner: 'tina',
		responsible: ['erik'],
		project: 2,
		stage: 'in_progress',
		dueIn: 4,
		nextStep: 'Borrow the counter from the office',
		stepIn: 1
	},
	{
		name: 'Label the pallets',
		owner: 'erik',
		project: 2,
		tags: ['Warehouse'],
		dueIn: 8,
		nextStep: 'Print the labels',
		stepIn: 2
	},
	{
		name: 'Return the rented forklift',
		owner: 'tina',
		responsible: ['erik'],
		project: 2,
		stage: 'canceled',
		nextStep: 'We keep it until the move is over',
		stepIn: 0
	}
];
