declare module "parse-prometheus-text-format" {
  interface Family {
    name: string;
    type: string;
    help: string;
    metrics: { labels?: Record<string, string>; value: string }[];
  }
  function parse(text: string): Family[];
  export = parse;
}
