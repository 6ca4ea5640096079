import { codes, type Html, html, inline, page, prose, sample } from './html.ts';
import { createReader, type Node, type Reader } from './reader.ts';
import { collectSchemas, details, schemaSections, summary } from './schema.ts';

/** An AsyncAPI document as one HTML page. `file` is its path; the files it refers to are read beside it. */
export function renderAsyncapi(file: string): string {
  const reader = createReader(file);
  const { info, channels, operations } = reader.document as Record<string, Record<string, Node>>;
  const topics = Object.entries(channels!);
  const acts = Object.entries(operations!);
  return page({
    title: `${info!.title} ${info!.version}`,
    intro: html`${prose(info!.description)}`,
    contents: [
      ...topics.map(([name, one]) => ({ id: `topic-${name}`, title: `\`${one.address}\`` })),
      { id: 'operations', title: 'Who writes and who reads' },
      { id: 'schemas', title: 'Schemas' },
    ],
    body: html`${topics.map(([name, one]) => topicOf(name, one, reader))}
<section aria-labelledby="operations"><h2 id="operations">Who writes and who reads</h2>${acts.map(([name, one]) => actOf(name, one, reader))}</section>
${schemaSections(collectSchemas({ channels, operations }, reader), reader)}`,
  });
}

function topicOf(name: string, topic: Node, reader: Reader): Html {
  const parameters = Object.entries((topic.parameters ?? {}) as Node);
  const { kafka } = topic.bindings as { kafka: Node };
  return html`<section aria-labelledby="topic-${name}"><h2 id="topic-${name}">${inline(topic.title)}</h2>
<p><code>${String(topic.address)}</code> · partitions: ${String(kafka.partitions)}</p>${prose(topic.description)}
<dl>${parameters.map(([word, node]) => {
    const { description, enum: values } = reader.resolved(node) as { description: string; enum: string[] };
    return html`<dt><code>{${word}}</code>: ${codes(values)}</dt><dd>${inline(description)}</dd>`;
  })}</dl>${Object.values(topic.messages as Node).map((message) => messageOf(reader.resolved(message), reader))}</section>\n`;
}

function messageOf(message: Node, reader: Reader): Html {
  const { key } = (message.bindings as { kafka: { key: Node } }).kafka;
  const opened = message['x-opened-payload'];
  const examples = ((message.examples ?? []) as { payload: unknown }[]).map(({ payload }) => sample(payload));
  return html`<h3>${inline(message.title)}</h3><p>${inline(message.summary)}</p>${prose(message.description)}
<dl><dt>Content type</dt><dd><code>${String(message.contentType ?? 'application/json')}</code></dd>
<dt>Key: ${summary(key, reader)}</dt><dd>${inline(key.description)}</dd>
<dt>Value: ${summary(message.payload, reader)}</dt><dd>${opened ? html`Opened: ${summary(opened, reader)}` : null}</dd></dl>
${message.headers ? html`<h4>Headers</h4>${details(message.headers, reader)}` : null}${examples}`;
}

function actOf(name: string, { action, title, summary: text, channel, tags }: Node, reader: Reader): Html {
  const verb = action === 'send' ? 'writes' : 'reads';
  const service = (tags as { name: string }[])[0]!.name;
  return html`<article id="${name}" aria-labelledby="${name}-title"><h3 id="${name}-title">${inline(title)}</h3>
<p><code>${service}</code> ${verb} <code>${String(reader.resolved(channel).address)}</code> · operation <code>${name}</code></p>${prose(text)}</article>\n`;
}
