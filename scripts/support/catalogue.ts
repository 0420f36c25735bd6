import type { CompilerOptions } from '@inlang/paraglide-js';

/** How the message catalogue is compiled, the same for build, development and checks. */
export const messageCatalogue: CompilerOptions = {
	project: './project.inlang',
	outdir: './src/lib/messages',
	// The same in development and builds: several processes may compile into this folder.
	outputStructure: 'message-modules'
};
