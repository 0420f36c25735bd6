import type { Server } from 'node:http';
import type { Plugin, ViteDevServer } from 'vite';

const ENTRY = '/src/hub.ts';

/** The part of src/hub.ts that this plugin calls, in Vite's module graph. */
interface HubModule {
	mountHub(server: Server): { close(): Promise<void> };
}

/** Mounts the sync hub on Vite's own server; when its code changes, sockets close and come back. */
export function hubInDevelopment(): Plugin {
	return {
		name: 'tandem-hub',
		apply: 'serve',
		configureServer(vite) {
			// Vitest and middleware mode have no HTTP server of their own.
			if (!vite.httpServer || process.env.VITEST) return;
			// Vite serves plain HTTP here: no certificate is configured.
			const remount = mounting(vite, vite.httpServer as Server);
			void remount();
			vite.watcher.on('change', (file) => {
				if (isHubCode(vite, file)) void remount();
			});
		}
	};
}

function mounting(vite: ViteDevServer, server: Server) {
	let mounted: Promise<{ close(): Promise<void> } | null> = Promise.resolve(null);
	return async () => {
		const previous = mounted;
		mounted = (async () => {
			await (await previous)?.close();
			try {
				// ssrLoadModule answers an untyped module; the file is src/hub.ts.
				const { mountHub } = (await vite.ssrLoadModule(ENTRY)) as HubModule;
				return mountHub(server);
			} catch (error) {
				vite.config.logger.error(`The hub could not be mounted: ${String(error)}`);
				return null;
			}
		})();
		await mounted;
	};
}

/** True when the changed file is one that the hub imports, directly or not. */
function isHubCode(vite: ViteDevServer, file: string): boolean {
	const { moduleGraph } = vite;
	const seen = new Set<unknown>();
	const waiting = [...(moduleGraph.getModulesByFile(file) ?? [])];
	for (let node = waiting.pop(); node; node = waiting.pop()) {
		if (seen.has(node)) continue;
		seen.add(node);
		if (node.url === ENTRY) return true;
		waiting.push(...node.importers);
	}
	return false;
}
