import { z } from 'zod';

/**
 * The file of a backup is a gzipped tar archive: `manifest.json`, then the rows of each table in
 * PostgreSQL's COPY text format (`tables/<table>/<part>`), then uploads (`files/<name>`), and last
 * `checksums.json` with the SHA-256 of every entry before it.
 */
export const FORMAT = 'tandem-backup-1';
export const MANIFEST = 'manifest.json';
export const CHECKSUMS = 'checksums.json';
export const TABLES = 'tables/';
export const FILES = 'files/';

const Table = z.object({ name: z.string(), columns: z.array(z.string()) });
export type Table = z.infer<typeof Table>;

export const Manifest = z.object({
	format: z.literal(FORMAT),
	madeAt: z.string(),
	/** Last migration of the database: rows fit only into tables of the very same shape. */
	migration: z.string(),
	/** In the order in which their rows can be loaded. */
	tables: z.array(Table),
	sequences: z.array(z.object({ name: z.string(), value: z.string() }))
});
export type Manifest = z.infer<typeof Manifest>;

export const Checksums = z.record(z.string(), z.string());

/** A backup that cannot be made or restored; the message is the sentence for the person. */
export class BackupRefused extends Error {
	override readonly name = 'BackupRefused';
}
