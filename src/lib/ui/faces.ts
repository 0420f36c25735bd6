import { getContext, setContext } from 'svelte';

type Faces = () => Readonly<Record<string, string>>;

const KEY = Symbol('faces');

/** Says which people have a picture: its version by the person's id. */
export const setFaces = (faces: Faces): Faces => setContext(KEY, faces);

/** None on pages on which nobody is signed in. */
export const getFaces = (): Faces => getContext<Faces | undefined>(KEY) ?? (() => ({}));
