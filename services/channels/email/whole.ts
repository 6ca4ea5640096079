import * as base64 from 'nodemailer/lib/base64';
import type MimeNode from 'nodemailer/lib/mime-node';
import * as qp from 'nodemailer/lib/qp';

/**
 * A composed mail as one text. The library writes it part by part through encoding streams, and each part leaves in a
 * packet of its own; a notice is a few kilobytes, all of them at hand. Null where a part is not a plain text.
 */
export function wholeMessage(node: MimeNode): string | null {
  // Building the headers decides encoding and boundary.
  const head = `${node.buildHeaders()}\r\n\r\n`;
  if (!node.multipart) {
    const body = encoded(node);
    return body === null ? null : head + body;
  }
  const parts = node.childNodes.map(wholeMessage);
  if (parts.includes(null)) return null;
  const between = `\r\n--${node.boundary}`;
  return `${head}--${node.boundary}\r\n${parts.join(`${between}\r\n`)}${between}--\r\n`;
}

function encoded(node: MimeNode): string | null {
  const { content = '' } = node;
  if (typeof content !== 'string') return null;
  switch (node.getTransferEncoding()) {
    case 'quoted-printable':
      return qp.wrap(qp.encode(content));
    case 'base64':
      return base64.wrap(base64.encode(content));
    default:
      return content;
  }
}
