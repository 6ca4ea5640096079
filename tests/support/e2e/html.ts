import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;
type Text = DefaultTreeAdapterTypes.TextNode;

/** What is left of a mail when a client drops html, head and body: the nodes inside the body. */
export function bodyOf(html: string): Node[] {
  const root = parse(html).childNodes.find(({ nodeName }) => nodeName === 'html') as Element;
  return (root.childNodes.find(({ nodeName }) => nodeName === 'body') as Element).childNodes;
}

/** Elements with this `dir`. */
export const withDirection = (nodes: Node[], dir: string): Element[] =>
  elements(nodes).filter((element) => attribute(element, 'dir') === dir);

/** The addresses of all links, as they read after HTML parsing. */
export const anchors = (nodes: Node[]): string[] =>
  elements(nodes).flatMap((element) => (element.nodeName === 'a' ? (attribute(element, 'href') ?? '') : []));

/** Text nodes that hold the value. */
export const textNodesWith = (nodes: Node[], value: string): Text[] =>
  nodes.flatMap((node) => {
    if (node.nodeName === '#text') return (node as Text).value.includes(value) ? [node as Text] : [];
    return textNodesWith((node as Element).childNodes ?? [], value);
  });

/** Whether the text stands in a `bdi` or an element with `dir="ltr"` of its own. */
export function isIsolated(text: Text): boolean {
  const parent = text.parentNode as Element;
  return parent.nodeName === 'bdi' || attribute(parent, 'dir') === 'ltr';
}

const elements = (nodes: Node[]): Element[] =>
  nodes.flatMap((node) => ('tagName' in node ? [node, ...elements(node.childNodes)] : []));

const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((one) => one.name === name)?.value;
