export type Scheme = 'system' | 'light' | 'dark';
