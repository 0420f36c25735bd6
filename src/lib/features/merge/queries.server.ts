export { leadsTo, mergesInto, type MergeShown } from './queries/merges.server.ts';
export {
	getMergeable,
	previewMerge,
	type Hanging,
	type MergePreview
} from './queries/preview.server.ts';
