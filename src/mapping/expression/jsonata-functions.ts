/** Functions that JSONata 2.2 brings along (docs.jsonata.org, "Function Library"); a test calls each of them. */
export const jsonataFunctionNames: readonly string[] = [
  ...[
    'string',
    'length',
    'substring',
    'substringBefore',
    'substringAfter',
    'uppercase',
    'lowercase',
    'trim',
    'pad',
  ],
  ...['contains', 'split', 'join', 'match', 'replace', 'eval', 'base64encode', 'base64decode'],
  ...['encodeUrlComponent', 'encodeUrl', 'decodeUrlComponent', 'decodeUrl'],
  ...['number', 'abs', 'floor', 'ceil', 'round', 'power', 'sqrt', 'random', 'formatNumber', 'formatBase'],
  ...['formatInteger', 'parseInteger', 'sum', 'max', 'min', 'average', 'boolean', 'not', 'exists'],
  ...['count', 'append', 'sort', 'reverse', 'shuffle', 'distinct', 'zip'],
  ...['keys', 'lookup', 'spread', 'merge', 'sift', 'each', 'error', 'assert', 'type', 'clone'],
  ...['map', 'filter', 'single', 'reduce', 'now', 'millis', 'fromMillis', 'toMillis'],
];
