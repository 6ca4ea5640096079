// Writes docs/problems.md from problems.json: `node services/shared/problems/write.ts`. A test fails when it is stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS } from './index.ts';

const INTRO = `# Problem codes

What the APIs and \`notifyme check\` answer when something is wrong. An error is a problem document (RFC 9457,
\`application/problem+json\`): \`type\` is the page \`/problems/<code>\`, which says the same in English and Arabic; \`code\` and
the codes inside \`errors\` never change their meaning; \`errors\` names every fault at once by a JSON Pointer (RFC 6901)
into the body, or by \`?name\` for a query parameter; \`retryable\` says whether the same request can succeed later. With
several faults of an event, \`code\` and the status are those of the first fault, or of the first 403 when there is one; the
register says \`invalid_request\`, with 400 when one fault is a value of the wrong type. Texts come in the language that
\`Accept-Language\` asks for.

The router judges events from Kafka by the same rules and codes; there a refused event becomes a dead letter.

A mandatory type, or a lane, without the entity's grant is refused (\`not_granted\`, 403) and never turned into an
optional notice silently: the entity believes that it reaches people who opted out, so it must learn that it does not.

| code | status | retry | meaning | what to do |
|---|---|---|---|---|
`;

/** The table of all codes as Markdown. */
export const problemTable = (): string =>
  INTRO +
  Object.entries(PROBLEMS)
    .map(([code, { status, retryable, title, remedy }]) =>
      ['', `\`${code}\``, status, retryable ? 'yes' : 'no', title.en, remedy.en, ''].join(' | ').trim(),
    )
    .join('\n')
    .concat('\n');

if (import.meta.main) writeFileSync(join(import.meta.dirname, '../../../docs/problems.md'), problemTable());
