import { getContext, setContext } from 'svelte';

type Faces = () => Readonly<Record<string, string>>;

const KEY = Symbol('faces');

/** Says which people have a picture: its version by the person's id. */
export const setFaces = (faces: Faces): Faces => setContext(KEY, faces);

/** None on pages on which nobody is signed in. */
export const getFaces = (): Faces => getContext<Faces | undefined>(KEY) ?? (() => ({}));

type Gone = () => readonly string[];

const GONE = Symbol('gone');

/** Says who does not work here any more; their names stay on what was theirs. */
export const setGone = (gone: Gone): Gone => setContext(GONE, gone);

export const getGone = (): Gone => getContext<Gone | undefined>(GONE) ?? (() => []);
