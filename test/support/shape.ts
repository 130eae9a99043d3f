/**
 * Reduces an answer to its shape: numbers, addresses and file paths become marks, so that
 * answers of two machines can be compared that differ in values only.
 */
export function shapeOf(answer: string): string {
  return answer
    .replaceAll('\r', '')
    .replace(/0x[0-9a-fA-F]+/g, '<N>')
    .replace(/\b[0-9a-f]{8,16}\b/g, '<N>')
    .replace(/(\/[\w.@+-]+){2,}/g, path => (path.startsWith('/machine') ? path : '<PATH>'))
    .replace(/#(block|net|chr)\d+/g, '#$1<N>')
    .replace(/-?\b\d+(\.\d+)?\b/g, '<N>');
}
