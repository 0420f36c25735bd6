import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SIZE = '600M';

/** A disk in a file: what is in the file at some moment is what a power cut at that moment leaves. */
export class LoopDisk {
	readonly home: string;
	#image: string;
	#mounted: string;
	#count = 0;

	constructor() {
		this.home = mkdtempSync(path.join(tmpdir(), `tandem-power-${process.pid}-`));
		this.#image = path.join(this.home, 'disk-0');
		execFileSync('truncate', ['-s', SIZE, this.#image]);
		execFileSync('mkfs.ext4', ['-q', '-F', this.#image]);
		this.#mounted = mount(this.#image);
	}

	get folder(): string {
		return this.#mounted;
	}

	/** Copies the disk as it is, without telling anybody on it, and goes on with the copy. */
	cut(): void {
		const copy = path.join(this.home, `disk-${++this.#count}`);
		execFileSync('cp', ['--sparse=always', this.#image, copy]);
		this.#forget();
		this.#image = copy;
		this.#mounted = mount(copy);
	}

	close(): void {
		this.#forget();
		rmSync(this.home, { recursive: true, force: true });
	}

	#forget(): void {
		execFileSync('umount', ['--lazy', this.#mounted]);
		rmSync(this.#image, { force: true });
	}
}

function mount(image: string): string {
	const folder = `${image}-mounted`;
	mkdirSync(folder);
	// Nothing reaches the disk but what somebody insists on.
	execFileSync('mount', ['-o', 'loop,commit=300', image, folder]);
	return folder;
}

/** Why no disk can be made here; null when one can. */
export function whyNoLoopDisk(): string | null {
	if (process.platform !== 'linux') return 'there are loop devices on Linux only';
	if (process.getuid?.() !== 0) return 'only root may mount a file system';
	try {
		new LoopDisk().close();
		return null;
	} catch (error) {
		return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
	}
}
