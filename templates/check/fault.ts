/** One thing that is wrong: where, what, and how to mend it. */
export type Fault = { file: string; what: string; mend: string };

/** A collector for the faults of one file. */
export type Report = (what: string, mend: string) => void;

/** One line a fault, as editors and people read it. */
export const faultLine = ({ file, what, mend }: Fault): string => `${file}: ${what}. ${mend}.`;
