export {
	getImport,
	listFaultyRows,
	listImports,
	type FaultyRow,
	type Import,
	type ListedImport
} from './queries/imports.server.ts';
export { previewImport, type Preview, type PreviewRow } from './queries/preview.server.ts';
