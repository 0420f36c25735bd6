import { existsSync } from 'node:fs';
import type { CompilerOptions } from '@inlang/paraglide-js';

/** How the message catalogue is compiled, the same for build, development and checks. */
export const messageCatalogue: CompilerOptions = {
	project: './project.inlang',
	outdir: './src/lib/messages',
	// The same in development and builds: several processes may compile into this folder.
	outputStructure: 'message-modules',
	// Emptying the folder first would pull modules away from whoever else runs from it.
	cleanOutdir: false
};

/** Compiles the catalogue for code that runs without Vite. */
export async function compileCatalogue(): Promise<void> {
	const { compile } = await import('@inlang/paraglide-js');
	await compile(messageCatalogue);
}

/** Enough where Vite follows later: in a fresh clone there is nothing to import yet. */
export async function ensureCatalogue(): Promise<void> {
	if (!existsSync('src/lib/messages/messages.js')) await compileCatalogue();
}
