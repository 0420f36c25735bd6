// The entry of every npm script. Plain JavaScript without imports from node_modules: it must run on
// the oldest Node that a user may have, before anything is installed. It installs what the lockfile
// says, then hands over to scripts/<mode>.ts on the Node that came with it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MODES = ['start', 'dev', 'test', 'backup', 'restore', 'seed', 'bench', 'chaos'];
const NODE_MAJOR = 24;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const mode = process.argv[2] ?? '';

main();

function main() {
	if (!MODES.includes(mode)) stop(`Say what to run: ${MODES.join(', ')}.`);
	process.chdir(root);
	if (!isInstalled()) install();
	handOver(nodeForUs());
}

/** True when node_modules holds exactly what package-lock.json asks for on this platform. */
function isInstalled() {
	const hidden = 'node_modules/.package-lock.json';
	if (!existsSync(hidden)) return false;
	const wanted = packagesOf('package-lock.json');
	const present = packagesOf(hidden);
	const names = new Set([...Object.keys(wanted), ...Object.keys(present)]);
	for (const name of names) {
		const [want, have] = [wanted[name], present[name]];
		if (name === '' || (want && !have && want.optional)) continue;
		if (!want || !have || want.version !== have.version) return false;
	}
	return true;
}

/** @param {string} lockfile */
function packagesOf(lockfile) {
	/** @type {{ packages?: Record<string, { version?: string, optional?: boolean }> }} */
	const lock = JSON.parse(readFileSync(lockfile, 'utf8'));
	return lock.packages ?? {};
}

function install() {
	console.log('Installing the packages that package-lock.json lists. This takes a minute …');
	// npm itself runs on the Node of this process; its own script knows the way on every platform.
	const npm = process.env.npm_execpath;
	const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
	const { status } = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund'], {
		stdio: 'inherit',
		shell: !npm && process.platform === 'win32'
	});
	if (status !== 0)
		stop('The packages could not be installed: see the message of npm above, then run this again.');
}

/** Path of a Node that is new enough: the one from npm, or the one that runs this. */
function nodeForUs() {
	const binary = process.platform === 'win32' ? 'node.exe' : 'node';
	const packages = [`node-${platform()}`, `node-bin-${platform()}`];
	const installed = packages
		.map((name) => path.join(root, 'node_modules', name, 'bin', binary))
		.find((file) => existsSync(file));
	if (installed) return installed;
	if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
	return stop(
		`Tandem needs Node ${NODE_MAJOR}, and there is none on npm for ${platform()}: install it and run this again.`
	);
}

function platform() {
	return `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
}

/** @param {string} node */
function handOver(node) {
	const args = [
		'--disable-warning=ExperimentalWarning',
		'--expose-gc',
		`scripts/${mode}.ts`,
		...process.argv.slice(3)
	];
	const bin = path.join(root, 'node_modules', '.bin');
	const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
	// What was compiled once need not be compiled at each start.
	if (mode === 'start')
		env.NODE_COMPILE_CACHE ??= path.join(root, 'node_modules', '.cache', 'node');
	become(node, args, env);
	const child = spawn(node, args, {
		// The channel tells the child when this process is gone, however it went.
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		env
	});
	// Ctrl-C reaches the whole group by itself; the child decides when it is over.
	process.on('SIGINT', () => {});
	for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
		process.on(signal, () => child.kill(signal));
	}
	child.on('error', (error) => stop(`Node could not be started: ${error.message}.`));
	child.on('exit', (code) => process.exit(code ?? 1));
}

/**
 * Turns this process into the other one where that is possible (a newer Node, not on Windows): one
 * process less to hold memory, and nobody who could go without the other. Returns where it is not.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function become(node, args, env) {
	if (typeof process.execve !== 'function' || process.platform === 'win32') return;
	process.execve(node, [node, ...args], env);
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function stop(sentence) {
	console.error(sentence);
	process.exit(1);
}
