export {
	beginExport,
	exportCards,
	exportRows,
	isMoreThan,
	kindAt,
	type ReaderWords
} from './queries/records.server.ts';
export { beginRowExport, type RowNoun, rowsAt, type RowWords } from './queries/rows.server.ts';
