import * as Y from 'yjs';
import { liveFields, SCALARS } from '#lib/records/document.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import type { Edit, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Ctx } from '../context.ts';
import type { Row, ServerKind } from './kind.ts';
import {
	contentOf,
	type DecodedUpdate,
	type Item,
	itemsIn,
	keysEverIn,
	type Place,
	Places
} from './structs.ts';
import type { Facts, Input } from './settlement.ts';

const NOTHING: ReadonlySet<string> = new Set();

interface Question {
	readonly serverKind: ServerKind;
	readonly row: Row | null;
	readonly values: RecordValues;
	readonly doc: Y.Doc | null;
	readonly inputs: readonly Input[];
}

/** Asks the database once about everything that settling these inputs may need to know. */
export async function gatherFacts(
	ctx: Ctx,
	question: Question,
	clients: ReadonlyMap<number, string>
): Promise<Facts> {
	const answers = new Map(
		await Promise.all(
			[...byActor(question)].map(
				async ([id, own]) =>
					[id, await answersFor({ ...ctx, actor: own.actor }, question, own)] as const
			)
		)
	);
	return {
		referable: (actor, field) => answers.get(actor.id)?.referable.get(field) ?? NOTHING,
		steps: (actor) => answers.get(actor.id)?.steps ?? NOTHING,
		ownerOf: (client) => clients.get(client) ?? null
	};
}

/** The facts, when settling these inputs needs none of the database; otherwise null. */
export function factsAtHand(
	question: Question,
	clients: ReadonlyMap<number, string>
): Facts | null {
	for (const { wishes } of byActor(question).values()) {
		if (wishes.ids.size > 0 || wishes.steps.size > 0) return null;
	}
	const nothing = () => NOTHING;
	return { referable: nothing, steps: nothing, ownerOf: (client) => clients.get(client) ?? null };
}

/** What one person's inputs are about. */
interface Own {
	readonly actor: Actor;
	readonly wishes: Wishes;
	/** The record as this person's operations would make it. */
	proposed: RecordValues;
}

function byActor({ serverKind, doc, values, inputs }: Question): ReadonlyMap<string, Own> {
	const all = new Map<string, Own>();
	const items = inputs.flatMap((input) => (input.type === 'update' ? input.update.items : []));
	const places = new Places(items, doc ?? new Y.Doc());
	for (const input of inputs) {
		const { actor } = input;
		const wishes = new Wishes(serverKind.kind, doc);
		const own = all.get(actor.id) ?? { actor, wishes, proposed: values };
		all.set(actor.id, own);
		if (input.type === 'update') {
			own.wishes.addUpdate(input.update, places);
		} else {
			for (const edit of input.edits) own.wishes.addEdit(edit);
			own.proposed = { ...own.proposed, ...setsOf(serverKind.kind, input.edits) };
		}
	}
	return all;
}

async function answersFor(
	ctx: Ctx,
	{ serverKind, row, values }: Question,
	{ wishes, proposed }: Own
) {
	const [referable, steps] = await Promise.all([
		referableAmong(ctx, serverKind, wishes.ids, row, proposed),
		stepsAmong(ctx, serverKind, wishes.steps, [values])
	]);
	return { referable, steps };
}

async function referableAmong(
	ctx: Ctx,
	serverKind: ServerKind,
	wished: ReadonlyMap<string, ReadonlySet<string>>,
	row: Row | null,
	values: RecordValues
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
	const answers = [...wished].map(
		async ([field, ids]) =>
			[field, await serverKind.referable(ctx, field, [...ids], row, values)] as const
	);
	return new Map(await Promise.all(answers));
}

/** What is special about the steps wished for and about those that the records are at. */
async function stepsAmong(
	ctx: Ctx,
	serverKind: ServerKind,
	wished: ReadonlySet<string>,
	records: readonly RecordValues[]
): Promise<ReadonlySet<string>> {
	if (!serverKind.stepFacts || wished.size === 0) return NOTHING;
	const steps = liveFields(serverKind.kind).filter(([, field]) => isStep(field));
	const present = records.flatMap((values) =>
		steps.flatMap(([name]) => {
			const value = values[name];
			return typeof value === 'string' ? [value] : [];
		})
	);
	return serverKind.stepFacts(ctx, [...new Set([...wished, ...present])]);
}

/**
 * References of the record as they would be: a new stage must belong to the new pipeline. What cannot be
 * read is refused later and must not reach a statement before.
 */
const setsOf = ({ fields }: RecordKind, edits: readonly Edit[]): RecordValues =>
	Object.fromEntries(
		edits.flatMap((edit) => {
			const field = Object.hasOwn(fields, edit.field) ? fields[edit.field] : undefined;
			const parsed = isReference(field) && 'set' in edit ? field?.parse(edit.set) : undefined;
			return parsed?.ok ? [[edit.field, parsed.value] as const] : [];
		})
	);

const isReference = (field: Field | undefined) =>
	field?.shape === 'scalar' && field.target !== undefined;

const isStep = (field: Field | undefined) =>
	isReference(field) || (field?.shape === 'scalar' && field.type === 'day');

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The ids and days that inputs may want to put into fields; too many does no harm, too few would refuse. */
class Wishes {
	readonly ids = new Map<string, Set<string>>();
	readonly steps = new Set<string>();
	readonly #kind: RecordKind;
	readonly #doc: Y.Doc | null;

	constructor(kind: RecordKind, doc: Y.Doc | null) {
		this.#kind = kind;
		this.#doc = doc;
	}

	addEdit(edit: Edit): void {
		const ids = 'set' in edit ? stringsIn(edit.set) : 'add' in edit ? (edit.add ?? []) : [];
		for (const id of ids) this.#add(edit.field, id);
	}

	addUpdate(update: DecodedUpdate, places: Places): void {
		for (const item of itemsIn(update)) {
			const content = contentOf(item);
			if (content.type !== 'values') continue;
			const place = placeOf(item, places);
			for (const [name, field] of liveFields(this.#kind)) {
				if (field.shape === 'scalar') this.#addScalar(name, place, content.values);
				else if (field.shape === 'set') this.#addMember(name, place);
			}
		}
	}

	// Where an item stands is not known of broken updates; then every field may be meant.

	#addScalar(name: string, place: Place | null, written: readonly unknown[]): void {
		if (place && !(place.root === SCALARS && place.key === name)) return;
		for (const value of written) this.#add(name, value);
	}

	#addMember(name: string, place: Place | null): void {
		if (place?.root === name) this.#add(name, place.key);
		if (place || !this.#doc) return;
		for (const id of keysEverIn(this.#doc, name)) this.#add(name, id);
	}

	#add(name: string, value: unknown): void {
		const field = Object.hasOwn(this.#kind.fields, name) ? this.#kind.fields[name] : undefined;
		const id = typeof value === 'string' ? value.toLowerCase() : null;
		if (id === null) return;
		if (isStep(field) && (isId(id) || DAY.test(id))) this.steps.add(id);
		if (!isId(id) || !(isReference(field) || field?.shape === 'set')) return;
		const ids = this.ids.get(name) ?? new Set();
		this.ids.set(name, ids.add(id));
	}
}

/** Null when the update does not say, or says so in a way that `precheck` will refuse. */
function placeOf(item: Item, places: Places): Place | null {
	try {
		const place = places.of(item);
		return typeof place === 'string' ? null : place;
	} catch {
		return null; // stands on what is not there
	}
}

const stringsIn = (value: FieldValue): readonly string[] =>
	typeof value === 'string'
		? [value]
		: Array.isArray(value)
			? value.filter((one): one is string => typeof one === 'string')
			: [];

/** Edits that one actor wishes for a record without a document. */
export interface Wish {
	readonly row: Row;
	readonly values: RecordValues;
	readonly edits: readonly Edit[];
}

/** The facts for many records at once: as many questions as they differ in what the answers depend on. */
export async function factsForMany(
	ctx: Ctx,
	serverKind: ServerKind,
	wishes: readonly Wish[]
): Promise<ReadonlyMap<Wish, Facts>> {
	const { kind, referableBy } = serverKind;
	const asked = wishes.map((wish) => ({
		wish,
		proposed: { ...wish.values, ...setsOf(kind, wish.edits) },
		steps: wishesIn(kind, wish.edits).steps
	}));
	const stepping = asked.filter(({ steps }) => steps.size > 0);
	const wished = new Set(stepping.flatMap(({ steps }) => [...steps]));
	const steps = await stepsAmong(
		ctx,
		serverKind,
		wished,
		stepping.map(({ wish }) => wish.values)
	);
	const groups = Map.groupBy(asked, ({ wish, proposed }) =>
		JSON.stringify(referableBy?.map((name) => proposed[name] ?? null) ?? wish.row.id)
	);
	const facts = new Map<Wish, Facts>();
	for (const group of groups.values()) {
		const [first] = group;
		if (!first) continue;
		const { ids } = wishesIn(
			kind,
			group.flatMap(({ wish }) => wish.edits)
		);
		const referable = await referableAmong(ctx, serverKind, ids, first.wish.row, first.proposed);
		for (const { wish, steps: own } of group) {
			facts.set(wish, {
				referable: (_actor, field) => referable.get(field) ?? NOTHING,
				steps: () => (own.size > 0 ? steps : NOTHING),
				ownerOf: () => null
			});
		}
	}
	return facts;
}

function wishesIn(kind: RecordKind, edits: readonly Edit[]): Wishes {
	const wishes = new Wishes(kind, null);
	for (const edit of edits) wishes.addEdit(edit);
	return wishes;
}

/** The facts for records that are not in the table yet, all of one department and pipeline. */
export function factsForNew(
	ctx: Ctx,
	serverKind: ServerKind,
	records: readonly RecordValues[]
): Promise<Facts> {
	const edits = records.flatMap((values) =>
		Object.entries(values).map(([field, set]) => ({ field, set }))
	);
	const { actor } = ctx;
	const input: Input = { type: 'ops', edits, actor, source: 'form', commandMark: null };
	const question = { serverKind, row: null, values: {}, doc: null, inputs: [input] };
	return gatherFacts(ctx, question, new Map());
}
