import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Turn = readonly [RegExp, instead: string];

/** Turns that are used nowhere, not even in a comment, and what is written instead. */
const nowhere: readonly Turn[] = [
  [/\b(?:over)?heard\b/i, "received, seen"],
  [/\bhears\b/i, "receives, gets"],
  [/\bin vain\b/i, "without success"],
  [/(?<!-|light )\bdark\b(?!")/i, "off, silent"],
  [/\bstand(?:s|ing)? in\b/i, "is in, replaces"],
  [/\bsuch an?\b/i, "this, one like it"],
  [/as far away as its other/i, "same hop count as its other replies"],
  [/in its name\b/i, "on its behalf"],
  [/without a word\b/i, "silently"],
  [/nothing to resolve\b/i, "is an IP address"],
  [/left nothing to try\b/i, "skipped because step N failed"],
  [/answered nothing that\b/i, "did not respond to"],
  [/but read why\b/i, "passes, with a note"],
  [/evidence (?:cannot|does not) decide/i, "inconclusive"],
  [/the path gives answers/i, "host reachable"],
  [/has bits set behind/i, "is a host address, not a network"],
  [/\bexpected a map\b/i, "expected { key: value }"],
  [/\bis not it\b/i, "wrong service"],
  [/\bthere is vantage points\b/i, "there are vantage points"],
];

/** Turns that no message, help or document uses. */
const banned: readonly Turn[] = [
  ...nowhere,
  [/\bmend(?:s|ed)?\b(?!-)/i, "fix, repair"],
  [/\bthis very\b/i, "this … itself"],
  [/\b(?:answer\w*|as) (?:as )?(?:itself|themselves)\b/i, "answered correctly"],
  [/\bcame about\b/i, "was established"],
  [/\bsends? \w+ on\b|\bsends on\b/i, "redirects"],
  [/\bhas run out\b/i, "has expired"],
  [/\b(?:program|service) holds (?:this port|the port|port|\d)/i, "uses the port"],
  [/\bstands? (?:behind|beside|before|between)\b/i, "is behind, is beside"],
  [/\bin the (?:server|host|receiver|target)'s (?:name|place)\b/i, "on its behalf"],
  [/\b[Ss]omething else than\b/i, "something other than"],
  [/\bto be had\b/i, "there is none, not available"],
  [/\ball the same\b/i, "anyway, still"],
  [/\b(?:by|with) intention\b/i, "on purpose"],
  [/\b(?:dropp(?:ed|ing)|drops?) in silence\b/i, "silently drops"],
  [/\b(?:answers?|found) nobody\b/i, "never answers, found no machine"],
  [/\bsomebody (?:listen|in between|else|on the way)/i, "something"],
  [/\bin place of\b/i, "instead of"],
  [/\bhow far away\b|\bas far away as\b/i, "its hop count"],
  [/\bleads? home\b/i, "resolves to the sender"],
  [/\bnothing else will do\b/i, "no other is used"],
  [/\band need not(?:[.,;]|$)/i, "and is not needed"],
  [/\bwhatever becomes\b/i, "however it ends"],
  [/\bjust that moment\b/i, "at that moment"],
];

const found = (text: string, turns = banned): string[] =>
  turns.flatMap(([pattern, instead]) => {
    const [hit] = pattern.exec(text) ?? [];
    return hit === undefined ? [] : [`"${hit}": write ${instead}`];
  });

/** The files below a folder that end so. */
const below = (folder: string, end: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => end.test(name))
    .map((name) => `${folder}/${name}`)
    .toSorted();

/** Texts that users read: not the places of pictures, which are no words. */
const documents = ["README.md", "CONTRIBUTING.md", ...below("docs", /\.md$/), ...below("examples", /\.(?:md|txt)$/)];
const manuals = below("man", /\.1$/);
const withoutMarkup = (text: string): string => text.replaceAll(/<[^>]*>/g, "");

/** Sentences in the source: texts with a blank in them, without comments. */
function sentencesIn(source: string): string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(?<=^|[\s;,{(])\/\/.*$/gm, "");
  return [...code.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)]
    .map(([, plain, template]) => (plain ?? template ?? "").replaceAll(/\$\{[^}]*\}/g, "X"))
    .filter((text) => /\w \w/.test(text));
}

/** Comments of a source, and its sentences: what people read who change a test. Names of variables are none of them. */
function readIn(source: string): string[] {
  const comments = [...source.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|[\s;,{(])\/\/.*$/gm)].map(([comment]) => comment);
  return [...comments, ...sentencesIn(source)];
}

/** Made from other files; one line has megabytes. */
const generated = /page-assets\.ts$|message-shapes\.ts$/;

/** Whatever people read who use the program, run the lab or change the code, comments and names included. */
const wholeFiles = [
  ...documents,
  ...manuals,
  "docker-compose.yml",
  "Dockerfile",
  ...["src", "lab", "worker", "catalog", "integrations", "build", "examples"].flatMap((folder) =>
    below(folder, /\.(?:ts|m?js|ya?ml|md|sh|py|pl|ps1|txt|conf)$|^[\w/-]+$/),
  ),
].filter((file) => statSync(file).isFile() && !generated.test(file));
/** Where a word has its plain meaning: the theme of a page, a variable that counts. */
const granted: Readonly<Record<string, RegExp>> = {
  "README.md": /prefers-color-scheme: dark/g,
};

const sources = below("src", /\.ts$/).filter((file) => !/\.test\.ts$|page-assets/.test(file));

describe("the words of messages, help and documents", () => {
  it.each([...documents, ...manuals])("%s", (file) => {
    const lines = withoutMarkup(readFileSync(file, "utf8")).split("\n");
    expect(lines.flatMap((line, at) => found(line).map((what) => `${file}:${at + 1}: ${what}`))).toEqual([]);
  });

  it("the sentences of the program", () => {
    const all = sources.flatMap((file) =>
      sentencesIn(readFileSync(file, "utf8")).flatMap((text) => found(text).map((what) => `${file}: ${what}: ${text}`)),
    );
    expect(all).toEqual([]);
  });

  it("whole files, with comments and names", () => {
    const all = [...new Set(wholeFiles)].flatMap((file) => {
      const lines = readFileSync(file, "utf8")
        .replaceAll(granted[file] ?? /(?!)/g, "")
        .split("\n");
      return lines.flatMap((line, at) => found(line, nowhere).map((what) => `${file}:${at + 1}: ${what}`));
    });
    expect(all).toEqual([]);
    expect(wholeFiles.length).toBeGreaterThan(1_000);
  });

  it("comments, titles and sentences of the tests", () => {
    const tests = below("test", /\.(?:ts|mjs)$/).filter((file) => !file.endsWith("/wording.test.ts"));
    const all = tests.flatMap((file) =>
      readIn(readFileSync(file, "utf8")).flatMap((text) =>
        found(text, nowhere).map((what) => `${file}: ${what}: ${text}`),
      ),
    );
    expect(all).toEqual([]);
    expect(tests.length).toBeGreaterThan(250);
  });

  it("twin: a banned turn is found, in a text as in a source", () => {
    expect(found("It drops without a word.")).toHaveLength(1);
    expect(found("/** What was heard, in such a case. */", nowhere)).toHaveLength(2);
    expect(found("the host is dark, beside stand-ins and half-dark", nowhere)).toHaveLength(1);
    expect(sentencesIn('// in vain\nsay("asked in vain");').flatMap((text) => found(text))).toEqual([
      '"in vain": write without success',
    ]);
    const test = 'const heard = 1; // nothing is heard\nit("hears nothing at all", () => {});';
    expect(readIn(test).flatMap((text) => found(text, nowhere))).toHaveLength(2);
  });
});

describe("the map of the documents", () => {
  it("leads to every page of docs", () => {
    const reached = new Set<string>();
    const visit = (page: string): void => {
      if (reached.has(page)) return;
      reached.add(page);
      const text = readFileSync(page, "utf8");
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+\.md)(?:#[^)]*)?\)/g)) {
        const path = new URL(target, `file:///${page}`).pathname.slice(1);
        if (path.startsWith("docs/")) visit(path);
      }
    };
    visit("docs/README.md");
    expect(below("docs", /\.md$/).filter((page) => !reached.has(page))).toEqual([]);
    expect(reached.size).toBeGreaterThan(20);
  });
});
