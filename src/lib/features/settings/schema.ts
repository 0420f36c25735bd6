import { z } from 'zod';
import { emailAddress, isTimeZone, LANGUAGES, newPassword } from '#lib/features/users/schema.ts';
import { COUNTRIES } from '#lib/records/countries.ts';
import { isId } from '#lib/shared/ids.ts';

/** The lists of names that each department keeps for itself. */
export const LISTS = [
	'tags',
	'industries',
	'client_types',
	'lead_sources',
	'product_categories'
] as const;
export type ListName = (typeof LISTS)[number];

const id = z.string().refine(isId, 'not_found');
const named = (max: number) =>
	z
		.string()
		.refine((text) => !text.includes('\0'), 'has_nul')
		.trim()
		.min(1, 'required')
		.max(max, 'too_long');
const entryName = named(70);
const emptyIsNull = (value: unknown) => (value === '' || value === undefined ? null : value);
const country = z.preprocess(
	emptyIsNull,
	z
		.string()
		.regex(/^[A-Z]{2}$/, 'not_a_choice')
		.nullable()
);
const currency = z.preprocess(
	emptyIsNull,
	z
		.string()
		.refine((code) => Intl.supportedValuesOf('currency').includes(code), 'not_a_currency')
		.nullable()
);

export const CreateTag = z.object({ departmentId: id, name: entryName });
export const AddEntry = z.object({ list: z.enum(LISTS), departmentId: id, name: entryName });
export const RenameEntry = z.object({ list: z.enum(LISTS), entryId: id, name: entryName });
export const RemoveEntry = z.object({ list: z.enum(LISTS), entryId: id });
export const MergeEntry = RemoveEntry.extend({ intoId: id });
export type MergeEntry = z.output<typeof MergeEntry>;

/** A form posts one code, several or none. */
export const SaveCountries = z.object({
	offered: z
		.union([z.string(), z.array(z.string())])
		.default([])
		.transform((codes) => [...new Set([codes].flat())].sort())
		.refine((codes) => codes.every((code) => COUNTRIES.includes(code)), 'not_a_choice')
});
export type SaveCountries = z.output<typeof SaveCountries>;

/** The value of a ticked box; an unticked one is not sent. */
const ticked = z.preprocess((value) => value === 'on' || value === true, z.boolean());

export const CreateDepartment = z.object({
	name: named(120),
	defaultCountry: country,
	defaultCurrency: currency,
	/** A request becomes a deal only when its country is known [T82]. */
	worksGlobally: ticked
});
type DepartmentForm = z.output<typeof CreateDepartment>;
export type CreateDepartment = Omit<DepartmentForm, 'worksGlobally'> &
	Partial<Pick<DepartmentForm, 'worksGlobally'>>;

export const ChangeDepartment = CreateDepartment.extend({ departmentId: id });
export const OneDepartment = z.object({ departmentId: id });

export const AddStage = z.object({ pipelineId: id, name: entryName });
export const RenameStage = z.object({ stageId: id, name: entryName });
export const MoveStage = z.object({ stageId: id, direction: z.enum(['up', 'down']) });
export const OneStage = z.object({ stageId: id });

const figure = (least: number, most: number) =>
	z.preprocess(
		emptyIsNull,
		z.coerce
			.number('not_a_figure')
			.int('not_a_figure')
			.min(least, 'not_a_figure')
			.max(most, 'not_a_figure')
			.nullable()
	);

export const ChangeStage = z.object({
	stageId: id,
	probability: figure(0, 100),
	staleAfterDays: figure(1, 1000),
	isSecondDefault: ticked,
	isConditionalSuccess: ticked
});
export type ChangeStage = z.output<typeof ChangeStage>;

export const AddPipeline = z.object({ departmentId: id, name: entryName });
export const RenamePipeline = z.object({ pipelineId: id, name: entryName });
export const MovePipeline = z.object({ pipelineId: id, direction: z.enum(['up', 'down']) });
export const OnePipeline = z.object({ pipelineId: id });

export const AddReason = z.object({ departmentId: id, name: entryName });
export const RenameReason = z.object({ reasonId: id, name: entryName });
export const MoveReason = z.object({ reasonId: id, direction: z.enum(['up', 'down']) });
export const OneReason = z.object({ reasonId: id });

export const SetUp = z.object({
	token: z.string().min(1, 'required').max(200, 'wrong_token'),
	workspaceName: named(120),
	departmentName: named(120),
	name: named(120),
	email: emailAddress,
	password: newPassword,
	country,
	currency,
	language: z.enum(LANGUAGES, 'not_a_choice'),
	timeZone: z.string().refine(isTimeZone, 'not_a_choice')
});
export type SetUp = z.output<typeof SetUp>;
