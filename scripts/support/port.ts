import net from 'node:net';
import { Sentence } from './sentence.ts';

/** Says at once that the port cannot be had, before anything is started for nothing. */
export function requirePort(host: string, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const probe = net.createServer();
		probe.once('error', (error: NodeJS.ErrnoException) => {
			reject(new Sentence(portSentence(host, port, error.code)));
		});
		probe.listen(port, host, () => probe.close(() => resolve()));
	});
}

function portSentence(host: string, port: number, code: string | undefined) {
	if (code === 'EADDRINUSE') {
		return `Port ${port} is taken by another program: stop that one, or choose another with PORT.`;
	}
	if (code === 'EACCES') {
		return `This user may not open port ${port}: choose one above 1023 with PORT.`;
	}
	return `The address ${host}:${port} cannot be opened (${code}): check HOST and PORT.`;
}
